using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Engine.Tests.Comparison;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Engine.Tests.Rendering.Charts;

/// <summary>Charts and reports of comparisons of recordings.</summary>
public class DifferenceChartTests
{
    private static readonly SamplePlan Wakeups = SamplePlan.Of([KernelMagnifier.Latency.IntervalKind.Wakeup]);

    private static IReadOnlyList<TraceDifference> Rows(params string[] after)
        => Samples.Compare([Samples.Shared("latency/sched.dat", Wakeups)], [.. after.Select(file => Samples.Shared(file, Wakeups))]);

    [SharedDataFact]
    public void ThePlotHasAllIntervalsOfBothSides()
    {
        var before = Samples.Shared("latency/sched.dat", Wakeups).Latencies.Single(l => l.Key is null);
        var rows = Rows("latency/sched.dat", "latency/all.dat");
        var plot = Assert.Single(DifferencePlot.Of(rows));
        Assert.Equal(before.Count, plot.Before!.Count);
        Assert.Equal(before.Count, plot.Before.Buckets.Sum(bucket => bucket.Count));
        Assert.Equal((before.P50, before.P99), (plot.Before.Percentiles[500], plot.Before.Percentiles[990]));
        Assert.Equal(rows.First(row => row.Metric == "P50").AfterCount, plot.After!.Count);
        Assert.Equal(plot.After.Count, plot.After.Buckets.Sum(bucket => bucket.Count));
    }

    [SharedDataFact]
    public void ThePictureNamesBothSidesAndCanBeToldApartWithoutColours()
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".svg");
        try
        {
            var written = DifferenceChartExporter.Export(Rows("latency/all.dat"), path, new ChartOptions { Kind = ChartKind.Cdf });
            var text = File.ReadAllText(path);
            Assert.Equal(1, written.Series);
            Assert.Contains("Before: 1 recording, sched.dat", text, StringComparison.Ordinal);
            Assert.Contains("After: 1 recording, all.dat", text, StringComparison.Ordinal);
            Assert.Contains("stroke-dasharray=\"7 3\"", text, StringComparison.Ordinal);
            Assert.Contains("Drift: ", text, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [SharedDataFact]
    public void RowsOfAFileHoldNoLengths()
    {
        var copy = new TraceDifference { Kind = "Wakeup", Metric = "P50", Unit = "ns" };
        Assert.Equal(ErrorCode.NoDurations, Assert.Throws<KernelMagnifierException>(() => DifferenceChartExporter.Export(
            [copy], Path.Combine(Path.GetTempPath(), "none.svg"), new ChartOptions { Kind = ChartKind.Cdf })).Code);
    }

    [SharedDataFact]
    public void TheReportHasTheRowsTheRecordingsAndTheirDrift()
    {
        var rows = Rows("latency/all.dat");
        var report = new CallReport(rows);
        Assert.Equal(["Differences", "Sides", "Drift"], report.Sections.Select(s => s.Name).Where(n => n != "Attribution"));
        Assert.Equal(rows.Count, report.Sections[0].Count);
        Assert.Equal(["Before", "After"], report.Sections.Single(s => s.Name == "Sides").Rows.Select(row => row[0].ToString()));
        var page = new MemoryStream();
        CallReportHtml.Write(report, page, null, default);
        Assert.Contains("NotComparable", System.Text.Encoding.UTF8.GetString(page.ToArray()), StringComparison.Ordinal);
    }
}
