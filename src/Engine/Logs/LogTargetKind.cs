namespace KernelMagnifier.Logs;

/// <summary>What takes records.</summary>
internal enum LogTargetKind
{
    /// <summary>A file of lines of JSON.</summary>
    File,

    /// <summary>The journal of systemd.</summary>
    Journal,

    /// <summary>syslog by a local socket (RFC 5424).</summary>
    Syslog,

    /// <summary>syslog over TCP (RFC 5424, RFC 6587).</summary>
    SyslogTcp,

    /// <summary>A file of the text collector of Prometheus' node_exporter.</summary>
    Textfile,

    /// <summary>OTLP over HTTP.</summary>
    Otlp,
}
