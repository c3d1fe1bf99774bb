using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>Counts intervals that come one by one to series by kind.</summary>
internal sealed class IntervalSeries
{
    // Kinds come from other objects as texts. A module has far fewer.
    private const int MostKinds = 200;

    private readonly LengthStore _store = new();
    private readonly Dictionary<(string Kind, string? Recording, bool IsCounts), Group> _groups = [];

    /// <summary>Whether there were intervals of more kinds and recordings than are kept apart.</summary>
    public bool HasMore { get; private set; }

    /// <summary>Counts an interval.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="recording">The recording; null if it is not known.</param>
    /// <param name="isCounts">Whether times are counts of a clock.</param>
    /// <param name="end">The time of its end; null if it is not known.</param>
    /// <param name="length">Its length.</param>
    public void Add(string kind, string? recording, bool isCounts, long? end, long length)
    {
        var key = (kind, recording, isCounts);
        if (!_groups.TryGetValue(key, out var group))
        {
            if (_groups.Count >= MostKinds)
            {
                HasMore = true;
                return;
            }
            _groups.Add(key, group = new Group(new LengthDistribution(_store)));
        }
        group.Lengths.Add(Math.Max(length, 0));
        if (end is not { } time) group.HasUntimed = true;
        else
        {
            // The intervals come in any order, so that the first one need not be the earliest.
            group.Times ??= new TimeHistogram(time);
            if (time < group.Times.Origin) group.Times.Add(new TimeHistogram(time, group.Times.Width));
            group.Times.Add(time, length);
        }
    }

    /// <summary>The series.</summary>
    public IEnumerable<ChartSeries> All()
    {
        foreach (var ((kind, recording, isCounts), group) in _groups)
        {
            var row = new LatencyRow(IntervalKind.OnCpu, null, null, null, null, null, recording, ClockUnit.Nanoseconds, null);
            var times = group.HasUntimed ? null : group.Times;
            var counted = new Latency.Latency(row, null, group.Lengths, [], null) { Times = times };
            var series = LatencySeries.Of(counted);
            yield return new ChartSeries
            {
                Kind = kind, Recordings = series.Recordings, Count = series.Count, Min = series.Min, Max = series.Max,
                Percentiles = series.Percentiles, Buckets = series.Buckets, OverTime = series.OverTime, IsInCounts = isCounts,
            };
        }
    }

    private sealed class Group(LengthDistribution lengths)
    {
        public LengthDistribution Lengths { get; } = lengths;

        public TimeHistogram? Times { get; set; }

        public bool HasUntimed { get; set; }
    }
}
