using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Keeps every interval of a reading.</summary>
internal sealed class CollectedIntervals : IntervalSink
{
    public List<IntervalRecord> All { get; } = [];

    public LatencyNames Names { get; private set; } = new();

    public TraceInfo? Info { get; private set; }

    public IReadOnlyDictionary<IntervalKind, IntervalAccount> Accounts { get; private set; } = new Dictionary<IntervalKind, IntervalAccount>();

    public static CollectedIntervals Of(string path)
    {
        using var reader = TraceFile.Open(path);
        var intervals = new CollectedIntervals();
        reader.ReadOnce(new IntervalBuilder(intervals), null, null, default);
        return intervals;
    }

    public override void Begin(TraceContext context, LatencyNames names) => Names = names;

    public override void Accept(in IntervalRecord interval) => All.Add(interval);

    public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts) => (Info, Accounts) = (info, accounts);
}
