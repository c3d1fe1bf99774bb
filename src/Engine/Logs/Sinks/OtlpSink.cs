using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using KernelMagnifier.Measuring;
using KernelMagnifier.Text;

namespace KernelMagnifier.Logs.Sinks;

/// <summary>
/// Sends records as metrics by OTLP over HTTP. It honours the proxies of the environment, <c>OTEL_EXPORTER_OTLP_HEADERS</c> and
/// <c>OTEL_EXPORTER_OTLP_COMPRESSION</c>, and those with <c>METRICS</c> in their names, as other exporters do.
/// </summary>
/// <param name="address">The URL.</param>
/// <param name="resource">The attributes of the host of a record.</param>
/// <param name="variable">A variable of the environment, by its name; null for that of this process.</param>
internal sealed class OtlpSink(
    string address, Func<Measurement, IReadOnlyList<KeyValuePair<string, object>>> resource,
    Func<string, string?>? variable = null) : ILogSink
{
    private const string ContentType = "application/x-protobuf", Json = "application/json";
    private const int MostMilliseconds = 15_000, ConnectMilliseconds = 10_000;
    private const int LongestReply = 64 * 1024, LongestMessage = 300;

    // Statuses that say that the record itself is wrong. Others say that the receiver, the address or the permission is.
    private static readonly HttpStatusCode[] Refusals =
    [
        HttpStatusCode.BadRequest, HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.UnsupportedMediaType,
        HttpStatusCode.UnprocessableEntity,
    ];

    /// <inheritdoc/>
    public SendResult Send(in SinkRecord record, Deadline deadline)
    {
        using var step = new Deadline(TimeSpan.FromMilliseconds(deadline.StepOf(MostMilliseconds)), deadline.Token);
        try
        {
            using var handler = new SocketsHttpHandler
            {
                AllowAutoRedirect = false, ConnectTimeout = TimeSpan.FromMilliseconds(ConnectMilliseconds),
                // A proxy would look for the receiver on its own machine.
                UseProxy = !new Uri(address).IsLoopback,
            };
            using var client = new HttpClient(handler)
            {
                Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LongestReply,
            };
            using var request = Request(OtlpMessage.Of(record.Record, resource(record.Record)), record.Record.Version);
            using var response = client.Send(request, HttpCompletionOption.ResponseContentRead, step.Token);
            return Judge(response, step);
        }
        catch (OperationCanceledException)
        {
            return Waits("it does not answer");
        }
        catch (HttpRequestException error)
        {
            return Waits((error.InnerException?.Message ?? error.Message).TrimEnd('.'));
        }
        catch (IOException error)
        {
            return Waits(error.Message.TrimEnd('.'));
        }
    }

    private HttpRequestMessage Request(byte[] message, string? version)
    {
        var isCompressed = Setting("COMPRESSION") == "gzip";
        var content = new ByteArrayContent(isCompressed ? Compressed(message) : message);
        content.Headers.ContentType = new MediaTypeHeaderValue(ContentType);
        if (isCompressed) content.Headers.ContentEncoding.Add("gzip");
        var request = new HttpRequestMessage(HttpMethod.Post, address) { Content = content };
        request.Headers.UserAgent.TryParseAdd($"{RecordText.Program}/{version ?? "0"}");
        foreach (var pair in (Setting("HEADERS") ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries))
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0)
                request.Headers.TryAddWithoutValidation(
                    pair[..equals].Trim(), Uri.UnescapeDataString(pair[(equals + 1)..].Trim()).ReplaceLineEndings(" "));
        }
        return request;
    }

    private SendResult Judge(HttpResponseMessage response, Deadline step)
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            var problem = string.Create(
                CultureInfo.InvariantCulture, $"it answers {(int)response.StatusCode} {response.ReasonPhrase}");
            return Array.IndexOf(Refusals, response.StatusCode) >= 0
                ? SendResult.Refused($"the receiver at {address} refuses a record for good: {TerminalText.Escape(problem)}.")
                : Waits(problem);
        }
        var body = response.Content.ReadAsByteArrayAsync(step.Token).GetAwaiter().GetResult();
        var type = response.Content.Headers.ContentType?.MediaType;
        // A reply in JSON is that of a receiver which does not keep to the protocol; an empty object means success.
        if (type == Json && body.AsSpan().Trim(" \r\n\t"u8).SequenceEqual("{}"u8)) return SendResult.Delivered;
        if (body.Length > 0 && type is not null and not ContentType || OtlpReply.Read(body) is not { } reply)
            return Waits("its answer is not one of OTLP");
        if (reply.Rejected <= 0) return SendResult.Delivered;
        var reason = reply.Message.Length > LongestMessage ? reply.Message[..LongestMessage] : reply.Message;
        return SendResult.Refused(string.Create(CultureInfo.InvariantCulture,
            $"the receiver at {address} rejected {reply.Rejected} points of a record: {TerminalText.Escape(reason)}."));
    }

    private SendResult Waits(string cause)
        => SendResult.Waits($"the receiver at {address} does not take records: {TerminalText.Escape(cause)}.");

    private string? Setting(string name)
        => Variable("OTEL_EXPORTER_OTLP_METRICS_" + name) ?? Variable("OTEL_EXPORTER_OTLP_" + name);

    private string? Variable(string name)
        => variable is null ? Environment.GetEnvironmentVariable(name) : variable(name);

    private static byte[] Compressed(byte[] message)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(message);
        return compressed.ToArray();
    }
}
