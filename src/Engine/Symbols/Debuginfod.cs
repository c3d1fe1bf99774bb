using System.Globalization;
using System.Net;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Fetches a debug file by build id from a debuginfod server (<c>GET /buildid/ID/debuginfo</c>, debuginfod(8) of elfutils). The same variables as
/// everywhere: <c>DEBUGINFOD_URLS</c>, <c>DEBUGINFOD_TIMEOUT</c>, <c>DEBUGINFOD_CACHE_PATH</c>. What arrives is checked for its build id.
/// </summary>
internal static class Debuginfod
{
    private const long Largest = 8L << 30;

    /// <summary>The path of the file in the cache of debuginfod's clients, fetched if it is not there; null when no server is named.</summary>
    /// <exception cref="TraceException">No server has it.</exception>
    public static string? Fetch(string buildId, SymbolMapOptions options, CancellationToken cancel)
    {
        var urls = (options.DebuginfodUrls ?? Environment.GetEnvironmentVariable("DEBUGINFOD_URLS") ?? "").Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
        if (!buildId.All(char.IsAsciiHexDigit)) return null;
        var folder = Folder(options);
        var kept = folder is null ? null : Path.Combine(folder, buildId, "debuginfo");
        if (kept is not null && IsIt(kept, buildId)) return kept;
        if (urls.Length == 0) return null;
        if (kept is null) throw new TraceException(buildId, "debug information cannot be fetched: there is no folder to keep it in. Set XDG_CACHE_HOME or HOME.");
        var failures = new List<string>();
        foreach (var url in urls)
        {
            if (!Uri.TryCreate($"{url.TrimEnd('/')}/buildid/{buildId}/debuginfo", UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            {
                failures.Add($"{url}: not an http address");
                continue;
            }
            options.Progress?.Invoke($"Fetching {address}");
            try
            {
                Fetch(address, kept, cancel);
                if (IsIt(kept, buildId)) return kept;
                File.Delete(kept);
                failures.Add($"{url}: what it sent is not the file of that build id");
            }
            catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException or TimeoutException || (error is OperationCanceledException && !cancel.IsCancellationRequested))
            {
                failures.Add($"{url}: {(error is OperationCanceledException ? "no answer in time" : error.Message)}");
            }
        }
        throw new TraceException(buildId, $"no debuginfod server (DEBUGINFOD_URLS) has the debug information of this build id. {string.Join("; ", failures)}.");
    }

    private static string? Folder(SymbolMapOptions options)
    {
        if (options.CacheFolder is null && Environment.GetEnvironmentVariable("DEBUGINFOD_CACHE_PATH") is { Length: > 0 } asked) return asked;
        return SymbolMapCache.Folder(options.CacheFolder) is { } cache ? Path.Combine(cache, "debuginfod") : null;
    }

    private static void Fetch(Uri address, string path, CancellationToken cancel)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // As debuginfod's own client: so many seconds for an answer to begin, and then for each further piece.
        var patience = TimeSpan.FromSeconds(int.TryParse(Environment.GetEnvironmentVariable("DEBUGINFOD_TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0 ? seconds : 90);
        using var handler = new SocketsHttpHandler { AutomaticDecompression = DecompressionMethods.All, ConnectTimeout = patience };
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        waiting.CancelAfter(patience);
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        using var response = client.Send(request, HttpCompletionOption.ResponseHeadersRead, waiting.Token);
        if (!response.IsSuccessStatusCode) throw new HttpRequestException(string.Create(CultureInfo.InvariantCulture, $"{(int)response.StatusCode} {response.ReasonPhrase}"));
        var temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        try
        {
            using (var from = response.Content.ReadAsStream(waiting.Token))
            using (var to = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1))
            {
                var buffer = new byte[1 << 20];
                long total = 0;
                while (true)
                {
                    waiting.CancelAfter(patience);
                    var got = from.ReadAsync(buffer, waiting.Token).AsTask().GetAwaiter().GetResult();
                    if (got == 0) break;
                    total += got;
                    if (total > Largest) throw new IOException("it sends more than any debug file has");
                    to.Write(buffer, 0, got);
                }
            }
            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private static bool IsIt(string path, string buildId)
    {
        if (!File.Exists(path)) return false;
        try
        {
            using var elf = ElfFile.Open(path);
            return string.Equals(elf.BuildId, buildId, StringComparison.OrdinalIgnoreCase);
        }
        catch (KernelMagnifierException)
        {
            return false;
        }
    }
}
