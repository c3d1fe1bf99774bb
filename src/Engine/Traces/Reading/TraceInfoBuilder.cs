using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Collects the description of a recording while it is read. The properties have the meaning of those of <see cref="TraceInfo"/>.
/// </summary>
internal sealed class TraceInfoBuilder(TraceSource source)
{
    public string Format { get => source.Format; set => source.Format = value; }

    public int? FormatVersion { get; set; }

    public string? Compression { get; set; }

    public string? Tracer { get; set; }

    public string? Clock { get; set; }

    public CallNesting Nesting { get => source.Nesting; set => source.Nesting = value; }

    public long? NotPlaced { get; set; }

    public long LeafReturns { get; set; }

    public ClockUnit ClockUnit { get => source.ClockUnit; set => source.ClockUnit = value; }

    public long? WallOffset => source.WallOffset;

    public string? KernelRelease { get => source.KernelRelease; set => source.KernelRelease = value; }

    public string? Machine { set => source.Machine = value; }

    public string? BuildId { get; set; }

    public int Cpus { get; set; }

    public bool IsComplete { get; set; }

    public string? CallKind { get; set; }

    public long Calls { get; set; }

    public long Events { get; set; }

    public long LostEvents { get; set; }

    public LostEventsBasis? LostEventsBasis { get; set; }

    public bool LostEventsIsMinimum { get; set; }

    public IReadOnlyList<string> Instances { get; set; } = [];

    public long LostBeforeStop { get; set; }

    public long? OverwrittenEvents { get; set; }

    public TracerLatency? Latency { get; set; }

    public long NotParsed { get; set; }

    public long? FirstTime { get; set; }

    public long? LastTime { get; set; }

    public long? ObservedTime { get; set; }

    public IReadOnlyList<CpuStatistics> PerCpu { get; set; } = [];

    public IReadOnlyDictionary<string, long> EventKinds { get; set; } = new Dictionary<string, long>();

    public IReadOnlyDictionary<string, long> NotParsedKinds { get; set; } = new Dictionary<string, long>();

    public IReadOnlyList<string> NotParsedSamples { get; set; } = [];

    public IReadOnlyList<string> Warnings { get; set; } = [];

    /// <summary>Adds a warning; the same text is kept once. Null adds nothing.</summary>
    public void Warn(string? text)
    {
        if (text is not null && !Warnings.Contains(text)) Warnings = [.. Warnings, text];
    }

    /// <summary>Adds a warning before the others, because a summary can omit the last ones. Null adds nothing.</summary>
    public void WarnFirst(string? text)
    {
        if (text is not null) Warnings = [text, .. Warnings.Where(warning => warning != text)];
    }

    /// <summary>Returns the description of what was read so far.</summary>
    public TraceInfo Build() => new(source.Path)
    {
        Inputs = source.Inputs, Format = Format, FormatVersion = FormatVersion, Compression = Compression,
        StartTime = FirstTime is { } first ? source.ToWallTime(first) : null, WallOffset = WallOffset,
        Tracer = Tracer, Clock = Clock, Unit = ClockUnit,
        KernelRelease = KernelRelease, HostName = source.HostName, BuildId = BuildId, Cpus = Cpus > 0 ? Cpus : null,
        Calls = Calls, Events = Events, LostEvents = LostEvents,
        LossBasis = LostEventsBasis, LostEventsIsMinimum = LostEventsIsMinimum, Instances = Instances,
        OverwrittenEvents = OverwrittenEvents, NotParsed = NotParsed, FirstTime = FirstTime, LastTime = LastTime, ObservedTime = ObservedTime,
        PerCpu = PerCpu,
        EventKinds = EventKinds, CallKind = CallKind, NestedBy = Nesting, NotPlaced = NotPlaced,
        LeafReturns = LeafReturns, Latency = Latency,
        LostBeforeStop = IsComplete ? 0 : LostBeforeStop,
        IsComplete = IsComplete, NotParsedKinds = NotParsedKinds, NotParsedSamples = NotParsedSamples, Warnings = Warnings,
    };
}
