using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>All intervals of a recording, as targets of their causes.</summary>
internal static class ChosenIntervals
{
    /// <summary>Reads the intervals.</summary>
    /// <param name="reader">The recording, which can be read again afterwards.</param>
    /// <param name="kind">The kind; null for all.</param>
    public static List<CauseTarget> Of(TraceReader reader, IntervalKind? kind)
        => [.. new OutlierReading(new LatencyPlan { Kinds = kind is { } one ? [one] : [] }, new IntervalFloor(-1, null))
            .Read(reader, default).Select(CauseTarget.Of)];
}
