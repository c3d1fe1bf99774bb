using KernelMagnifier.Files;

namespace KernelMagnifier.Model;

/// <summary>
/// The recording that calls come from. Its format and clock are known before the first call, its description after the last one.
/// </summary>
internal sealed class TraceSource
{
    /// <summary>Creates the source of calls that are about to be read.</summary>
    /// <param name="path">The file, or <c>-</c> for standard input.</param>
    public TraceSource(string path) => (Path, Parts) = (path, [this]);

    /// <summary>Creates the source of calls that were read before.</summary>
    /// <param name="info">The recording.</param>
    public TraceSource(TraceInfo info) : this(info.Path)
        => (Format, Nesting, ClockUnit, WallOffset, KernelRelease, HostName, Info)
            = (info.Format, info.NestedBy, info.Unit, info.WallOffset, info.KernelRelease, info.HostName, info);

    private TraceSource(List<TraceSource> parts)
    {
        Path = parts.TrueForAll(part => part.Path == parts[0].Path) ? parts[0].Path : "";
        (Format, Nesting, ClockUnit, Parts) = (parts[0].Format, parts[0].Nesting, parts[0].ClockUnit, parts);
    }

    /// <summary>The file, or <c>-</c> for standard input; empty if it is not known or if there are several.</summary>
    public string Path { get; }

    /// <summary>The files that are read, as far as known: the recording and its symbol map.</summary>
    public IReadOnlyList<InputIdentity> Inputs { get; init; } = [];

    /// <summary>The name of the recording on its calls; null if it is not known or if there are several.</summary>
    public string? Name => Path.Length == 0 ? null : Path;

    /// <summary>The readings that calls counted together come from; only this one for calls of one reading.</summary>
    public IReadOnlyList<TraceSource> Parts { get; }

    /// <summary>The format, as in <see cref="TraceInfo.Format"/>.</summary>
    public string Format { get; internal set; } = "";

    /// <summary>The kernel release, as in <see cref="TraceInfo.KernelRelease"/>; null as long as it is not known.</summary>
    public string? KernelRelease { get; internal set; }

    /// <summary>How the recording tells which calls ran below a function.</summary>
    public CallNesting Nesting { get; internal set; }

    /// <summary>The unit of <see cref="CallRecord.Time"/>.</summary>
    public ClockUnit ClockUnit { get; internal set; }

    /// <summary>The machine (<c>uname -m</c>), such as <c>x86_64</c>; null if the recording does not contain it.</summary>
    public string? Machine { get; internal set; }

    /// <summary>
    /// The name of the recorded host (<c>uname -n</c>); null if the recording does not contain it. Untrusted text.
    /// </summary>
    public string? HostName { get; internal set; }

    /// <summary>
    /// Nanoseconds from <see cref="CallRecord.Time"/> to the Unix time; null if the recording does not contain it.
    /// </summary>
    public long? WallOffset { get; internal set; }

    /// <summary>
    /// Whether the records come as they happen, or as they happened: live, or at the speed of a clock. What measures them by time
    /// range passes each range on when it is over.
    /// </summary>
    public bool IsWatched { get; internal set; }

    /// <summary>Whether the records come from a table. It has the name of the recording and not the path.</summary>
    public bool IsOfTable { get; internal set; }

    /// <summary>
    /// The description of the recording; null until its reading has ended. A reading that is stopped ends too, and describes what
    /// was read.
    /// </summary>
    public TraceInfo? Info { get; internal set; }

    /// <summary>Returns the source of calls of two sources that were counted together.</summary>
    public static TraceSource Of(TraceSource a, TraceSource b)
    {
        if (ReferenceEquals(a, b)) return b;
        var parts = a.Parts.Union(b.Parts).ToList();
        return parts.Count == b.Parts.Count ? b : parts.Count == a.Parts.Count ? a : new TraceSource(parts);
    }

    /// <summary>
    /// Converts the time of a record to a timestamp: seconds, or counts of the clock; null for <see cref="CallRecord.NoTime"/>.
    /// </summary>
    internal double? ToTimestamp(long time)
        => time == CallRecord.NoTime ? null : ClockUnit == ClockUnit.Nanoseconds ? time / 1e9 : time;

    /// <summary>Converts the time of a record to the time of day, in UTC; null if the recording does not contain it.</summary>
    internal DateTimeOffset? ToWallTime(long time)
        => WallOffset is { } offset && time != CallRecord.NoTime
            && time + (Int128)offset is var unix && unix >= 0 && unix <= long.MaxValue
            ? DateTimeOffset.UnixEpoch.AddTicks((long)unix / 100) : null;
}
