using System.Globalization;
using System.Net;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Follows the redirects of a server itself: a client of .NET fails with any exception for an address that it does not support.
/// </summary>
internal static class HttpRedirects
{
    private const int MostRedirects = 10;

    /// <summary>Whether an address can be fetched.</summary>
    public static bool IsSupported(Uri address) => address.Scheme is "http" or "https";

    /// <summary>Sends GET to an address, or to the one that it redirects to.</summary>
    /// <param name="client">A client that follows no redirects.</param>
    /// <param name="address">The address.</param>
    /// <param name="cancel">Cancels the waiting for the answer.</param>
    /// <returns>The answer, whose content is not read yet.</returns>
    /// <exception cref="HttpRequestException">The server fails, or redirects to an address that is not fetched.</exception>
    public static HttpResponseMessage Get(HttpClient client, Uri address, CancellationToken cancel)
    {
        for (var redirects = 0; ; redirects++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, cancel);
            if (response.IsSuccessStatusCode) return response;
            using (response) address = Target(response, address, redirects);
        }
    }

    private static Uri Target(HttpResponseMessage response, Uri from, int redirects)
    {
        var isRedirect = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found
            or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        if (!isRedirect || response.Headers.Location is not { } location)
            throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture,
                $"{(int)response.StatusCode} {response.ReasonPhrase}"));
        if (!Uri.TryCreate(from, location, out var to)) throw Refused(location.OriginalString, "which is no address");
        if (!IsSupported(to)) throw Refused(to.AbsoluteUri, "and only http and https are followed");
        // What was asked for over a safe connection does not come over another.
        if (from.Scheme == "https" && to.Scheme == "http") throw Refused(to.AbsoluteUri, "which is not https");
        return redirects < MostRedirects ? to
            : throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"more than {MostRedirects} redirects"));
    }

    private static HttpRequestException Refused(string to, string why) => new($"it redirects to {to}, {why}");
}
