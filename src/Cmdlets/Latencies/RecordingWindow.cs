using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>The time range of a recording that an interval, its cause or a segment of a path takes.</summary>
/// <param name="Recording">The recording; null if it is not known.</param>
/// <param name="Start">The start, in seconds or counts of the trace clock.</param>
/// <param name="End">The end.</param>
internal sealed record RecordingWindow(string? Recording, double Start, double End)
{
    private static readonly string[] Types =
        [typeof(Interval).FullName!, typeof(LatencyCause).FullName!, typeof(PathSegment).FullName!];

    /// <summary>The other host that has the recording; null for this one.</summary>
    public string? Host { get; init; }

    /// <summary>Whether the recording can be read again: a file of this host.</summary>
    public bool CanBeReread => Host is null && !IsOfTable && Recording is not (null or "-");

    /// <summary>Whether the object comes from a table, which has the name of the recording only.</summary>
    public bool IsOfTable { get; init; }

    /// <summary>The kind of the interval; null of a segment.</summary>
    public string? Kind { get; init; }

    /// <summary>The task; null if it is not known.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The name of the task; null if it is not known. Untrusted text.</summary>
    public string? Comm { get; init; }

    /// <summary>The CPU of the end; null if it is not known.</summary>
    public int? Cpu { get; init; }

    /// <summary>
    /// The window of an object of this module, or of its copy; null of another object. The cause of several intervals has none.
    /// </summary>
    /// <exception cref="InputException">A value is not that of such an object.</exception>
    public static RecordingWindow? Of(object? input) => (input is PSObject wrapped ? wrapped.BaseObject : input) switch
    {
        Interval { Start: { } start, End: { } end } interval => new(interval.Recording, start, end)
        {
            Kind = interval.Kind, ProcessId = interval.ProcessId, Comm = interval.Comm, Cpu = interval.Cpu,
            IsOfTable = interval.Origin.Source.IsOfTable,
        },
        LatencyCause { Start: { } start, End: { } end } cause => new(cause.Recording, start, end)
        {
            Kind = cause.Kind, ProcessId = cause.ProcessId, Comm = cause.Comm, Cpu = cause.Cpu,
        },
        PathSegment { Start: { } start, End: { } end } segment => new(segment.Recording, start, end)
        {
            ProcessId = segment.ProcessId, Comm = segment.Comm, Cpu = segment.Cpu,
        },
        LatencyCause => throw new InputException(nameof(LatencyCause.Start), null, "the cause of one interval"),
        null or Interval or PathSegment => null,
        _ => OfCopy(new InputProperties(input!)),
    };

    private static RecordingWindow? OfCopy(InputProperties input)
    {
        // Most objects are of another kind.
        if (!input.TypeNames.Any(name => name.Contains(".Latency.", StringComparison.Ordinal))) return null;
        if (!Array.Exists(Types, type => LatencyCopy.Is(input, type))) return null;
        var start = input.Real(nameof(Interval.Start)) ?? throw new InputException(nameof(Interval.Start), null, "an interval");
        var end = input.Real(nameof(Interval.End)) ?? throw new InputException(nameof(Interval.End), null, "an interval");
        if (!double.IsFinite(start) || !double.IsFinite(end) || end < start)
            throw new InputException(nameof(Interval.End), end, "a time after the start");
        return new RecordingWindow(input.Recording, start, end)
        {
            Host = input.Host, Kind = input.Text(nameof(Interval.Kind)), Comm = input.Text(nameof(Interval.Comm)),
            ProcessId = (int?)input.Integer(nameof(Interval.ProcessId), 0, int.MaxValue),
            Cpu = (int?)input.Integer(nameof(Interval.Cpu), 0, int.MaxValue),
        };
    }

    /// <summary>
    /// The calls of the window: those on the CPU that the interval ends on, which is the one that a waiting task waits for, or all
    /// calls of block requests, of work items that wait, and of what has no CPU.
    /// </summary>
    public CallFilter Filter => new()
    {
        Since = Start, Until = End,
        Cpu = Kind is not (nameof(IntervalKind.Block) or nameof(IntervalKind.WorkQueue)) && Cpu is { } cpu ? [cpu] : [],
    };
}
