using System.Globalization;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Shows a workload to people: a line of what it is, a line for each group of tasks, and what is not modelled.</summary>
internal static class WorkloadText
{
    private const int MostRows = 40, NameWidth = 15;

    /// <summary>The lines. Names are escaped.</summary>
    public static IReadOnlyList<string> Lines(Workload workload)
    {
        var lines = new List<string> { Summary(workload), "" };
        if (workload.Tasks.Count > 0) lines.Add(Row("Task", "Count", "Loop", "Priority", "Wakeups", "Interval", "Run", "CPU",
            "Steps", "Woken by"));
        foreach (var task in workload.Tasks.Take(MostRows)) lines.Add(Row(workload, task));
        if (workload.Tasks.Count > MostRows)
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"… and {workload.Tasks.Count - MostRows} more"));
        lines.Add("");
        lines.Add(CoverageLine(workload.Coverage));
        return lines;
    }

    /// <summary>What is modelled, and a line for each reason of what is not.</summary>
    public static IReadOnlyList<string> CoverageLines(Workload workload)
    {
        var coverage = workload.Coverage;
        var lines = new List<string>
        {
            Summary(workload), "", $"{"",-20} {"Run time",12} {"Wake-ups",12} {"Requests",12}",
            Amounts("All", coverage.RunNanoseconds, coverage.Wakeups, coverage.IoRequests),
            Amounts("Modelled", coverage.ModelledRunNanoseconds, coverage.ModelledWakeups, coverage.ModelledIoRequests),
        };
        foreach (var gap in coverage.Gaps)
        {
            lines.Add(Amounts(gap.Reason, gap.RunNanoseconds, gap.Wakeups, coverage.IoRequests is null ? null : gap.IoRequests));
            lines.Add($"    {TerminalText.Escape(gap.Text)}");
        }
        return lines;
    }

    /// <summary>The recording, and which part of it is modelled.</summary>
    public static string Summary(Workload workload)
    {
        var (source, coverage) = (workload.Source, workload.Coverage);
        var scale = workload.CpuScale == 1 ? ""
            : string.Create(CultureInfo.InvariantCulture, $", run lengths × {workload.CpuScale:0.###}");
        return TerminalText.Escape($"Workload of {source.Recording ?? "a recording"}: {Time(source.DurationNanoseconds)}, "
            + $"{Count(workload.Tasks.Count, "group")} of tasks{scale}; "
            + $"modelled {Share(coverage.ModelledRunNanoseconds, coverage.RunNanoseconds)} of {Time(coverage.RunNanoseconds)} "
            + $"run time and {Share(coverage.ModelledWakeups, coverage.Wakeups)} of {Count(coverage.Wakeups, "wake-up")}");
    }

    /// <summary>The reasons of what is not modelled, in a line.</summary>
    public static string CoverageLine(WorkloadCoverage coverage)
        => coverage.Gaps.Count == 0 ? "Not modelled: nothing"
            : "Not modelled: " + string.Join("; ", coverage.Gaps
            .Select(gap => TerminalText.Escape($"{gap.Reason} {string.Join(", ", Parts(gap))}")));

    private static IEnumerable<string> Parts(WorkloadGap gap)
    {
        if (gap.RunNanoseconds > 0) yield return Time(gap.RunNanoseconds);
        if (gap.Wakeups > 0) yield return Count(gap.Wakeups, "wake-up");
        if (gap.IoRequests > 0) yield return Count(gap.IoRequests, "request");
    }

    private static string Row(Workload workload, WorkloadTask task)
    {
        var wakers = workload.Edges.Where(edge => edge.Wakee == task.Name).OrderByDescending(edge => edge.Count).ToArray();
        var by = wakers.Length == 0 ? task.Parent ?? "" : wakers[0].Waker + (wakers.Length > 1 ? $" +{wakers.Length - 1}" : "");
        var priority = task.Priority is { } realTime ? $"rt {realTime}" : task.Nice is { } nice ? $"nice {nice}" : "";
        return Row(TerminalText.Escape(task.Name), Number(task.ProcessIds.Count), task.Loop, priority, Number(task.Activations),
            task.Intervals is { } intervals ? Time(intervals.P50Nanoseconds)
                : "", task.RunLengths is { } runs ? Time(runs.P50Nanoseconds) : "",
            Share(task.RunNanoseconds, workload.Source.DurationNanoseconds), Number(task.Steps.Count), TerminalText.Escape(by));
    }

    private static string Row(params ReadOnlySpan<string> cells)
        => ($"{cells[0],-NameWidth} {cells[1],6} {cells[2],-6} {cells[3],-8} {cells[4],9} "
            + $"{cells[5],11} {cells[6],11} {cells[7],7} {cells[8],5}  {cells[9]}").TrimEnd();

    private static string Amounts(string name, long run, long wakeups, long? requests)
        => ($"{TerminalText.Escape(name),-20} {Time(run),12} {Number(wakeups),12} "
            + $"{(requests is { } known ? Number(known) : ""),12}").TrimEnd();

    private static string Share(long part, long all)
        => all == 0 ? "0 %" : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(1000.0 * part / all) / 10:0.#} %");

    private static string Count(long count, string of) => $"{Number(count)} {of}{(count == 1 ? "" : "s")}";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Time(long nanoseconds) => nanoseconds switch
    {
        < 1_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds} ns"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e3:0.0} µs"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e6:0.00} ms"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{nanoseconds / 1e9:0.00} s"),
    };
}
