namespace KernelMagnifier.Logs;

/// <summary>
/// Where records go: <c>file:PATH</c>, <c>journal</c> or <c>journal:PATH</c> (socket of a journal namespace), <c>syslog</c> or
/// <c>syslog:PATH</c> (local socket), <c>syslog+tcp://HOST:PORT</c>, <c>textfile:PATH.prom</c>,
/// <c>otlp+http://HOST:PORT/PATH</c> or <c>otlp+https://…</c>.
/// </summary>
/// <param name="Kind">What it is.</param>
/// <param name="Address">The path or the URL without its prefix; empty for the default.</param>
internal sealed record LogTarget(LogTargetKind Kind, string Address)
{
    /// <summary>The forms of the text, for messages.</summary>
    public const string Forms = "file:PATH, journal, syslog, syslog:PATH, syslog+tcp://HOST:PORT, textfile:PATH.prom, "
        + "otlp+http://HOST:PORT or otlp+https://HOST:PORT";

    private const string TextfileEnd = ".prom", MetricsPath = "/v1/metrics";
    private const string TcpPrefix = "syslog+tcp://", OtlpPrefix = "otlp+";

    /// <summary>Reads the text of a target.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>.</exception>
    public static LogTarget Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Any(char.IsControl)) throw Bad(text, "a target has no control characters.");
        if (text.StartsWith(TcpPrefix, StringComparison.Ordinal)) return Tcp(text);
        if (text.StartsWith(OtlpPrefix, StringComparison.Ordinal)) return Otlp(text);
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        var (name, path) = colon < 0 ? (text, null) : (text[..colon], text[(colon + 1)..]);
        return name switch
        {
            "file" => new LogTarget(LogTargetKind.File, FilePath(text, path)),
            "journal" => new LogTarget(LogTargetKind.Journal, path is null ? "" : FilePath(text, path)),
            "syslog" => new LogTarget(LogTargetKind.Syslog, path is null ? "" : FilePath(text, path)),
            "textfile" => new LogTarget(LogTargetKind.Textfile, TextfilePath(text, path)),
            _ => throw Bad(text, "this is no target of records."),
        };
    }

    /// <summary>The text that <see cref="Parse"/> reads.</summary>
    public override string ToString() => Kind switch
    {
        LogTargetKind.SyslogTcp => TcpPrefix + Address,
        LogTargetKind.Otlp => OtlpPrefix + Address,
        _ => Kind.ToString().ToLowerInvariant() + (Address.Length == 0 ? "" : ":" + Address),
    };

    private static string FilePath(string text, string? path)
    {
        if (string.IsNullOrEmpty(path)) throw Bad(text, "it names no file.");
        if (!Path.IsPathRooted(path)) throw Bad(text, "the path is not absolute.");
        if (path.EndsWith('/')) throw Bad(text, "the path is one of a directory.");
        return Path.GetFullPath(path);
    }

    private static string TextfilePath(string text, string? path)
    {
        var full = FilePath(text, path);
        return full.EndsWith(TextfileEnd, StringComparison.Ordinal) && Path.GetFileName(full) != TextfileEnd ? full
            : throw Bad(text, $"node_exporter reads only files whose names end in {TextfileEnd}.");
    }

    private static LogTarget Tcp(string text)
    {
        // A scheme of its own, because one that .NET knows has a port by default.
        if (!Uri.TryCreate("km-" + text["syslog+".Length..], UriKind.Absolute, out var url) || url.Host.Length == 0
            || url.UserInfo.Length > 0 || url.Query.Length > 0 || url.Fragment.Length > 0 || url.AbsolutePath is not ("" or "/"))
            throw Bad(text, "after the prefix comes a host and a port.");
        if (url.Port is <= 0 or > ushort.MaxValue)
            throw Bad(text, "it names no port. That of syslog over TCP is usually 514 or 601.");
        return new LogTarget(LogTargetKind.SyslogTcp, $"{url.Host}:{url.Port}");
    }

    private static LogTarget Otlp(string text)
    {
        if (!Uri.TryCreate(text[OtlpPrefix.Length..], UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw Bad(text, "after otlp+ comes a URL of http or https.");
        if (url.UserInfo.Length > 0)
            throw Bad(text, "a target is shown in lists and messages, so it holds no password. Set OTEL_EXPORTER_OTLP_HEADERS.");
        if (url.Fragment.Length > 0) throw Bad(text, "a URL that is sent to has no fragment.");
        var complete = url.PathAndQuery == "/" ? new Uri(url, MetricsPath) : url;
        return new LogTarget(LogTargetKind.Otlp, complete.AbsoluteUri);
    }

    private static KernelMagnifierException Bad(string text, string cause)
        => new(ErrorCode.BadRequest, text, cause, $"Give one of {Forms}, with absolute paths.");
}
