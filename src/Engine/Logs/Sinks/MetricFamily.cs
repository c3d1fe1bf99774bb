namespace KernelMagnifier.Logs.Sinks;

/// <summary>The series of one metric.</summary>
/// <param name="Name">The name.</param>
/// <param name="Type">The type: <c>counter</c>, <c>gauge</c> or <c>histogram</c>.</param>
/// <param name="Help">What it is, as a sentence. The same in every file: node_exporter refuses others.</param>
internal sealed record MetricFamily(string Name, string Type, string Help)
{
    /// <summary>The series by their labels.</summary>
    public Dictionary<string, MetricSeries> Series { get; } = [];

    /// <summary>The series with some labels, which is made if there is none.</summary>
    public MetricSeries With(string labels, long run)
    {
        if (!Series.TryGetValue(labels, out var series))
        {
            var ranges = Type == "histogram" ? new long[MetricSeries.LastBound - MetricSeries.FirstBound + 2] : null;
            Series.Add(labels, series = new MetricSeries { Labels = labels, Ranges = ranges });
        }
        series.Run = run;
        return series;
    }
}
