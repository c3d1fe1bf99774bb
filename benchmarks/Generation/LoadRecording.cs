using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>What was recorded of a load.</summary>
internal sealed class LoadRecording
{
    private readonly long[] _ascending;
    private readonly TimeHistogram _times;
    private readonly double _seconds;

    public LoadRecording(List<long> lengths, TimeHistogram times, double seconds)
    {
        _ascending = [.. lengths];
        Array.Sort(_ascending);
        (_times, _seconds) = (times, seconds);
    }

    /// <summary>The latencies in ascending order.</summary>
    public IReadOnlyList<long> Ascending => _ascending;

    /// <summary>A percentile by nearest rank.</summary>
    public long Percentile(double quantile) => _ascending[Math.Max(0, (int)Math.Ceiling(quantile * _ascending.Length) - 1)];

    /// <summary>What the recording says about a row.</summary>
    public RecordingSample Sample(DifferenceMetric metric) => new()
    {
        Value = metric == DifferenceMetric.Rate ? _ascending.Length / _seconds : Percentile(DifferenceMetrics.Quantile(metric)),
        Count = _ascending.Length,
        Times = _times,
        Blocks = metric == DifferenceMetric.Rate ? Blocks() : [],
        Seconds = _seconds,
    };

    private BlockCount[] Blocks()
    {
        var columns = (int)Math.Round(_seconds * 1e9 / _times.Width);
        var blocks = new BlockCount[columns];
        for (var i = 0; i < columns; i++)
            blocks[i] = new BlockCount(i < _times.Columns ? _times[i].Sum(pair => pair.Count) : 0, _seconds / columns);
        return blocks;
    }
}
