using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison;

/// <summary>What the rates of one recording are divided by: seconds of observed CPU time, or operations. Never scaled for losses.</summary>
internal sealed class Exposure
{
    // Of a recording in which nothing of a row is. It is only divided further.
    private const int EmptyBlocks = 64;

    private readonly TraceSample _sample;
    private readonly double? _total;

    /// <summary>Finds what rates are divided by.</summary>
    /// <param name="sample">The recording.</param>
    /// <param name="per">The event or function; null for the CPU time.</param>
    /// <exception cref="KernelMagnifierException">The recording has no such event or call.</exception>
    public Exposure(TraceSample sample, string? per)
    {
        _sample = sample;
        _total = per is null ? sample.ObservedSeconds : Operations(sample, per);
    }

    /// <summary>A count as a rate; null if the time is not known.</summary>
    public double? Rate(long count) => _total is > 0 and var total ? count / total : null;

    /// <summary>What a recording says about a rate of intervals.</summary>
    public RecordingSample Of(LatencySample? latency) => new()
    {
        Count = latency?.Count ?? 0, Value = Rate(latency?.Count ?? 0), Blocks = latency is null ? Empty() : Blocks(latency.Times),
    };

    /// <summary>What a recording says about a rate of calls.</summary>
    public RecordingSample Of(CallSample? calls) => new()
    {
        Count = calls?.Count ?? 0, Value = Rate(calls?.Count ?? 0), Blocks = calls is null ? Empty() : Blocks(calls.Blocks),
    };

    private static double Operations(TraceSample sample, string per)
    {
        var operations = sample.Info.EventKinds.GetValueOrDefault(per)
            + sample.Calls.Where(call => IsOf(call.Callee, per)).Sum(call => call.Count);
        return operations > 0 ? operations : throw new KernelMagnifierException(ErrorCode.BadRequest, sample.Info.Path,
            $"there is no event and no call of {per}, by which rates are to be divided.",
            "Name an event or a function that all recordings have.");
    }

    /// <summary>Whether a function has a name, with or without its module.</summary>
    private static bool IsOf(string function, string name)
        => function == name || (function.StartsWith(name, StringComparison.Ordinal)
            && function.AsSpan(name.Length).StartsWith(" [", StringComparison.Ordinal));

    private BlockCount[] Empty() => [.. Enumerable.Repeat(new BlockCount(0, (_total ?? 0) / EmptyBlocks), EmptyBlocks)];

    private BlockCount[] Blocks(IReadOnlyList<long> calls)
        => [.. calls.Select(count => new BlockCount(count, (_total ?? 0) / calls.Count))];

    private BlockCount[] Blocks(TimeHistogram times)
    {
        if (_sample.Info is not { LastTime: { } last } || _total is not { } total) return [];
        // The columns end with the last interval of the row, the time with the last event.
        var columns = (int)Int128.Clamp(((Int128)last - times.Origin) / times.Width, times.Columns, TimeHistogram.MostColumns);
        return [.. Enumerable.Range(0, columns).Select(column => new BlockCount(
            column < times.Columns ? times[column].Sum(pair => pair.Count) : 0, total / columns))];
    }
}
