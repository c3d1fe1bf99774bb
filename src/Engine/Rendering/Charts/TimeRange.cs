namespace KernelMagnifier.Rendering.Charts;

/// <summary>
/// Where the times of a series are on the axis of time that all plots have in common, so that what happened at the same time is
/// at the same place. Recordings may have clocks of their own, so that the series of each recording begin at its own start.
/// </summary>
/// <param name="Start">The time on the clock of the recording at which the axis begins.</param>
/// <param name="Offset">The start of the first column of the series, since then.</param>
/// <param name="Span">The length of the axis.</param>
/// <param name="IsWallTime">Whether the times are nanoseconds of Unix time, which all recordings have in common.</param>
internal sealed record TimeRange(long Start, double Offset, double Span, bool IsWallTime = false)
{
    /// <summary>The text of a time since the start of the axis.</summary>
    public string Text(double time, bool isCounts)
        => IsWallTime ? WallTime.Text(Start + (long)time) : ChartAxes.TimeText(time, isCounts, Span);

    /// <summary>The places of series, all of which have times.</summary>
    public static IReadOnlyList<TimeRange> Of(IReadOnlyList<ChartSeries> series)
    {
        // Nothing is known about the clocks of two series without a recording.
        var keys = series
            .Select(s => s.IsWallTime ? (object)"" : s.Recordings.Count == 0 ? s
                : (object)(string.Join('\n', s.Recordings), s.IsInCounts)).ToList();
        var starts = series.Zip(keys).GroupBy(pair => pair.Second, pair => pair.First.OverTime!.Origin)
            .ToDictionary(group => group.Key, group => group.Min());
        var offsets = series.Select((s, i) => (double)((Int128)s.OverTime!.Origin - starts[keys[i]])).ToList();
        var ends = series.Select((s, i) => offsets[i] + ((double)s.OverTime!.Columns * s.OverTime.Width)).ToList();
        // Counts of a clock, nanoseconds and dates have no axis in common.
        return [.. series.Select((s, i) => new TimeRange(starts[keys[i]], offsets[i],
            ends.Where((_, other) => (series[other].IsInCounts, series[other].IsWallTime) == (s.IsInCounts, s.IsWallTime)).Max(),
            s.IsWallTime))];
    }
}
