using System.Globalization;
using System.Net;
using KernelMagnifier.Files;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Fetches a debug file by its build id from a debuginfod server (<c>GET /buildid/ID/debuginfo</c>; debuginfod(8) of elfutils).
/// It honours <c>DEBUGINFOD_URLS</c>, <c>DEBUGINFOD_TIMEOUT</c> and <c>DEBUGINFOD_CACHE_PATH</c> as other clients do. The build
/// id of the received file is checked.
/// </summary>
internal static class Debuginfod
{
    private const long MaxSize = 8L << 30;

    // Seconds. A server that says nothing is given up sooner than one that has begun to answer.
    // A day; timers of .NET end at 24 days.
    private const int LongestTimeout = 86_400;

    private const int DefaultBegin = 15, DefaultNext = 30;

    // As in debuginfod's own client.
    private const int Part = 100 << 10;

    /// <summary>
    /// The path of the file in the cache, where it is fetched to when it is missing; null when no server is specified.
    /// </summary>
    /// <exception cref="KernelMagnifierException">No server has the file.</exception>
    public static string? Fetch(string buildId, SymbolMapOptions options, CancellationToken cancel)
    {
        var path = CacheDirectory(options) is { } directory ? Path.Combine(directory, buildId, "debuginfo") : null;
        var shared = path is null ? null : PrivateDirectory.WhyShared(Path.GetDirectoryName(path)!);
        if (path is not null && shared is null && HasBuildId(path, buildId)) return path;
        var urls = Servers(options);
        if (urls.Length == 0) return null;
        if (path is null || shared is not null) throw NoPlace(buildId, shared);
        var folder = Path.GetDirectoryName(path)!;
        var existing = PrivateDirectory.Existing(folder);
        try
        {
            return FetchFrom(urls, buildId, path, options, cancel);
        }
        finally
        {
            // Of a download that failed, nothing is left. A directory with a file is not removed.
            PrivateDirectory.RemoveEmpty(folder, existing);
        }
    }

    private static string FetchFrom(string[] urls, string buildId, string path, SymbolMapOptions options,
        CancellationToken cancel)
    {
        var failures = new List<string>();
        foreach (var url in urls)
        {
            if (!Uri.TryCreate($"{url.TrimEnd('/')}/buildid/{buildId}/debuginfo", UriKind.Absolute, out var address)
                || !HttpRedirects.IsSupported(address))
            {
                failures.Add($"{url}: not an http address");
                continue;
            }
            options.Progress?.Invoke($"Fetching {address}");
            if (TryFetch(address, path, buildId, cancel) is not { } failure) return path;
            failures.Add($"{url}: {failure}");
        }
        throw new KernelMagnifierException(ErrorCode.DebugInformationNotFound, buildId,
            $"no server in DEBUGINFOD_URLS provides the debug information of this build id: {string.Join("; ", failures)}.",
            "Check the addresses of the servers, or install the debug package of the kernel.");
    }

    /// <summary>The addresses of the servers.</summary>
    public static string[] Servers(SymbolMapOptions options)
        => (options.DebuginfodUrls ?? Environment.GetEnvironmentVariable("DEBUGINFOD_URLS") ?? "")
            .Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static string? CacheDirectory(SymbolMapOptions options)
    {
        if (options.CacheFolder is null && Environment.GetEnvironmentVariable("DEBUGINFOD_CACHE_PATH") is { Length: > 0 } path)
            return path;
        return SymbolMapCache.Folder(options.CacheFolder) is { } cache ? Path.Combine(cache, "debuginfod") : null;
    }

    private static KernelMagnifierException NoPlace(string buildId, string? shared)
        => shared is null
            ? new(ErrorCode.DebugInformationNotFound, buildId,
                "debug information cannot be fetched: there is no directory to store it in.", "Set XDG_CACHE_HOME or HOME.")
            : new(ErrorCode.DebugInformationNotFound, buildId,
                $"debug information is not fetched to a directory that others can change: {shared}.",
                "Give it to this user alone (chown, chmod go-w), or set DEBUGINFOD_CACHE_PATH.");

    /// <summary>Fetches a file.</summary>
    /// <returns>The reason of a failure; null on success.</returns>
    private static string? TryFetch(Uri address, string path, string buildId, CancellationToken cancel)
    {
        var (begin, next) = Limits(Environment.GetEnvironmentVariable("DEBUGINFOD_TIMEOUT"));
        try
        {
            PrivateDirectory.Create(Path.GetDirectoryName(path)!);
            using var file = OutputFile.Create(path, force: true, cancel: cancel);
            Download(address, file.Stream, begin, next, cancel);
            file.Stream.Flush();
            if (!HasBuildId(file.TemporaryPath, buildId)) return "the received file does not have that build id";
            file.Commit();
            return null;
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return string.Create(CultureInfo.InvariantCulture, $"no answer in time ({begin.TotalSeconds:0} s for its beginning, "
                + $"{next.TotalSeconds:0} s for each further part; DEBUGINFOD_TIMEOUT sets both)");
        }
        // The last two are how .NET reports a damaged content encoding.
        catch (Exception error) when (error is HttpRequestException or IOException or UnauthorizedAccessException
            or TimeoutException or KernelMagnifierException or InvalidDataException or InvalidOperationException)
        {
            return error.Message;
        }
    }

    /// <summary>The time for the answer to begin, and then for each further part of it.</summary>
    /// <param name="specified">The value of DEBUGINFOD_TIMEOUT, in seconds, which sets both; null for none.</param>
    internal static (TimeSpan Begin, TimeSpan Next) Limits(string? specified)
    {
        var isValid = int.TryParse(specified, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) && seconds > 0;
        seconds = Math.Min(seconds, LongestTimeout);
        return isValid ? (TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds))
            : (TimeSpan.FromSeconds(DefaultBegin), TimeSpan.FromSeconds(DefaultNext));
    }

    private static void Download(Uri address, Stream to, TimeSpan begin, TimeSpan next, CancellationToken cancel)
    {
        using var handler = new SocketsHttpHandler();
        (handler.AutomaticDecompression, handler.ConnectTimeout) = (DecompressionMethods.All, begin);
        handler.AllowAutoRedirect = false;
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        waiting.CancelAfter(begin);
        using var response = HttpRedirects.Get(client, address, waiting.Token);
        using var from = response.Content.ReadAsStream(waiting.Token);
        var buffer = new byte[1 << 20];
        long total = 0;
        for (var end = 0L; ;)
        {
            if (total >= end)
            {
                waiting.CancelAfter(next);
                end = total + Part;
            }
            var read = from.ReadAsync(buffer, waiting.Token).AsTask().GetAwaiter().GetResult();
            if (read == 0) break;
            total += read;
            if (total > MaxSize) throw new IOException("the file is larger than any debug file");
            to.Write(buffer, 0, read);
        }
    }

    private static bool HasBuildId(string path, string buildId)
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
