using System.Collections;
using System.ComponentModel;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads;

namespace KernelMagnifier.Cmdlets.Views;

/// <summary>The texts of the views of the parts of a workload, of live objects and of copies. Public because PowerShell calls the
/// methods.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class WorkloadPartView
{
    private const int MostLines = 20;
    private const string Unknown = "–";

    /// <summary>The recording.</summary>
    public static string Recording(PSObject item) => Text(item, nameof(WorkloadSource.Recording));

    /// <summary>The kernel.</summary>
    public static string KernelRelease(PSObject item) => Text(item, nameof(WorkloadSource.KernelRelease));

    /// <summary>The machine.</summary>
    public static string Machine(PSObject item) => Text(item, nameof(WorkloadSource.Machine));

    /// <summary>The length of the recording.</summary>
    public static string Duration(PSObject item) => Time(item, nameof(WorkloadSource.DurationNanoseconds));

    /// <summary>The name of a group.</summary>
    public static string Name(PSObject item) => Text(item, nameof(WorkloadTask.Name));

    /// <summary>The name of its tasks.</summary>
    public static string Comm(PSObject item) => Text(item, nameof(WorkloadTask.Comm));

    /// <summary>The number of its tasks.</summary>
    public static string Count(PSObject item)
        => IncidentViewText.Value(item, nameof(WorkloadTask.ProcessIds)) is ICollection pids ? $"{pids.Count}" : Unknown;

    /// <summary>The pids of its tasks.</summary>
    public static string ProcessIds(PSObject item) => Listed(item, nameof(WorkloadTask.ProcessIds));

    /// <summary>The CPUs that they ran on.</summary>
    public static string Cpus(PSObject item) => Listed(item, nameof(WorkloadTask.Cpus));

    /// <summary>What drives them.</summary>
    public static string Loop(PSObject item) => Text(item, nameof(WorkloadTask.Loop));

    /// <summary>The policy.</summary>
    public static string Policy(PSObject item) => Text(item, nameof(WorkloadTask.Policy));

    /// <summary>The real-time priority or the nice value.</summary>
    public static string Priority(PSObject item)
        => Text(item, nameof(WorkloadTask.Priority)) is { Length: > 0 } realTime ? $"rt {realTime}"
        : Text(item, nameof(WorkloadTask.Nice)) is { Length: > 0 } nice ? $"nice {nice}" : Unknown;

    /// <summary>The group that started them.</summary>
    public static string Parent(PSObject item) => Text(item, nameof(WorkloadTask.Parent));

    /// <summary>When the first one began.</summary>
    public static string Start(PSObject item) => Time(item, nameof(WorkloadTask.StartNanoseconds), "");

    /// <summary>When the first step begins.</summary>
    public static string Offset(PSObject item) => Time(item, nameof(WorkloadTask.OffsetNanoseconds), "");

    /// <summary>The median time between wake-ups.</summary>
    public static string MedianInterval(PSObject item) => Median(item, nameof(WorkloadTask.Intervals));

    /// <summary>The median run length.</summary>
    public static string MedianRun(PSObject item) => Median(item, nameof(WorkloadTask.RunLengths));

    /// <summary>The times between wake-ups in a line.</summary>
    public static string Intervals(PSObject item) => Distribution(item, nameof(WorkloadTask.Intervals));

    /// <summary>The run lengths in a line.</summary>
    public static string RunLengths(PSObject item) => Distribution(item, nameof(WorkloadTask.RunLengths));

    /// <summary>What wakes the tasks most often, and how many others do.</summary>
    public static string Wakers(PSObject item)
    {
        var wakers = IncidentViewText.Items(item, nameof(WorkloadTask.Steps)).GroupBy(WokenBy)
            .OrderByDescending(steps => steps.Sum(Repeat)).Select(steps => steps.Key).ToArray();
        return wakers.Length > 1 ? $"{wakers[0]} +{wakers.Length - 1}"
            : wakers.Length == 1 ? wakers[0] : Parent(item) is { Length: > 0 } parent ? parent : Unknown;
    }

    /// <summary>A line for each step.</summary>
    public static string Steps(PSObject item) => Lines(item, nameof(WorkloadTask.Steps), step =>
        $"{WokenBy(step)}, runs {Run(step)}{(Wakes(step) is { Length: > 0 } wakes and not Unknown ? $", wakes {wakes}" : "")}, "
        + $"blocks: {Block(step)}{(Repeat(step) is > 1 and var times ? $" (× {times})" : "")}");

    /// <summary>A line for each kind of block requests.</summary>
    public static string Io(PSObject item) => Lines(item, nameof(WorkloadTask.Io), io =>
        $"{Device(io)} {Operation(io)}: {Text(io, nameof(WorkloadIo.Requests))} requests, "
        + $"{Text(io, nameof(WorkloadIo.Bytes))} bytes");

    /// <summary>The group that wakes a step, or the kind of the trigger in parentheses.</summary>
    public static string WokenBy(PSObject item)
        => Text(item, nameof(WorkloadStep.By)) is { Length: > 0 } group ? group
            : $"({Text(item, nameof(WorkloadStep.Trigger)).ToLowerInvariant()})";

    /// <summary>What wakes a step.</summary>
    public static string Trigger(PSObject item) => Text(item, nameof(WorkloadStep.Trigger));

    /// <summary>The group that wakes a step.</summary>
    public static string By(PSObject item) => Text(item, nameof(WorkloadStep.By));

    /// <summary>The time from the wake-up or the burst before.</summary>
    public static string Interval(PSObject item) => Time(item, nameof(WorkloadStep.IntervalNanoseconds));

    /// <summary>How long it slept.</summary>
    public static string Sleep(PSObject item) => Time(item, nameof(WorkloadStep.SleepNanoseconds));

    /// <summary>The run time of a group, a step, a gap or all tasks.</summary>
    public static string Run(PSObject item) => Time(item, nameof(WorkloadStep.RunNanoseconds));

    /// <summary>The groups that a step wakes.</summary>
    public static string Wakes(PSObject item)
        => Cut([.. IncidentViewText.Items(item, nameof(WorkloadStep.Wakes)).Take(MostLines + 1).Select(Woken)], ", ")
            is { Length: > 0 } woken ? woken : Unknown;

    /// <summary>How a step ends.</summary>
    public static string Block(PSObject item) => Text(item, nameof(WorkloadStep.Block));

    /// <summary>The group that is woken.</summary>
    public static string Woken(PSObject item) => Text(item, nameof(WorkloadWake.Task));

    /// <summary>How long the waker has run.</summary>
    public static string After(PSObject item) => Time(item, nameof(WorkloadWake.AfterNanoseconds));

    /// <summary>The device.</summary>
    public static string Device(PSObject item) => Text(item, nameof(WorkloadIo.Device));

    /// <summary>What the requests do.</summary>
    public static string Operation(PSObject item) => Text(item, nameof(WorkloadIo.Operation));

    /// <summary>The waking group.</summary>
    public static string Waker(PSObject item) => Text(item, nameof(WorkloadEdge.Waker));

    /// <summary>The woken group.</summary>
    public static string Wakee(PSObject item) => Text(item, nameof(WorkloadEdge.Wakee));

    /// <summary>The run time that is modelled, and that of all.</summary>
    public static string ModelledRun(PSObject item)
        => $"{Time(item, nameof(WorkloadCoverage.ModelledRunNanoseconds))} of {Run(item)}";

    /// <summary>The wake-ups that are modelled, and all.</summary>
    public static string ModelledWakeups(PSObject item)
        => $"{Text(item, nameof(WorkloadCoverage.ModelledWakeups))} of {Text(item, nameof(WorkloadCoverage.Wakeups))}";

    /// <summary>The block requests that are modelled, and all.</summary>
    public static string ModelledRequests(PSObject item)
        => Text(item, nameof(WorkloadCoverage.IoRequests)) is { Length: > 0 } all
            ? $"{Text(item, nameof(WorkloadCoverage.ModelledIoRequests))} of {all}" : Unknown;

    /// <summary>A line for each gap.</summary>
    public static string Gaps(PSObject item)
        => Lines(item, nameof(WorkloadCoverage.Gaps), gap => $"{Reason(gap)}: {Words(gap)}")
            is { Length: > 0 } gaps ? gaps : "none";

    /// <summary>Why something is missing.</summary>
    public static string Reason(PSObject item) => Text(item, nameof(WorkloadGap.Reason));

    /// <summary>The same as a sentence.</summary>
    public static string Words(PSObject item) => Text(item, nameof(WorkloadGap.Text));

    /// <summary>The shortest time.</summary>
    public static string Min(PSObject item) => Time(item, nameof(WorkloadQuantiles.MinNanoseconds));

    /// <summary>The 10 % quantile.</summary>
    public static string P10(PSObject item) => Time(item, nameof(WorkloadQuantiles.P10Nanoseconds));

    /// <summary>The median.</summary>
    public static string P50(PSObject item) => Time(item, nameof(WorkloadQuantiles.P50Nanoseconds));

    /// <summary>The 90 % quantile.</summary>
    public static string P90(PSObject item) => Time(item, nameof(WorkloadQuantiles.P90Nanoseconds));

    /// <summary>The 99 % quantile.</summary>
    public static string P99(PSObject item) => Time(item, nameof(WorkloadQuantiles.P99Nanoseconds));

    /// <summary>The longest time.</summary>
    public static string Max(PSObject item) => Time(item, nameof(WorkloadQuantiles.MaxNanoseconds));

    /// <summary>The mean.</summary>
    public static string Mean(PSObject item) => Time(item, nameof(WorkloadQuantiles.MeanNanoseconds));

    private static string Text(PSObject item, string name) => IncidentViewText.Text(item, name);

    private static string Time(PSObject item, string name, string unknown = Unknown)
        => IncidentViewText.Value(item, name) is long time ? DurationText.Of(time) : unknown;

    private static long Repeat(PSObject step)
        => IncidentViewText.Value(step, nameof(WorkloadStep.Repeat)) is long times ? times : 1;

    private static PSObject? Quantiles(PSObject item, string name)
        => IncidentViewText.Value(item, name) is { } quantiles ? PSObject.AsPSObject(quantiles) : null;

    private static string Median(PSObject item, string name)
        => Quantiles(item, name) is { } quantiles ? P50(quantiles) : Unknown;

    private static string Distribution(PSObject item, string name)
        => Quantiles(item, name) is { } of
            ? $"P10 {P10(of)}, P50 {P50(of)}, P90 {P90(of)}, P99 {P99(of)}, Max {Max(of)}" : "";

    private static string Listed(PSObject item, string name)
        => IncidentViewText.Value(item, name) is IEnumerable several and not string
            ? Cut([.. several.Cast<object?>().Take(MostLines + 1)
                .Select(one => TerminalText.Escape(Convert.ToString(one, CultureInfo.InvariantCulture) ?? ""))], ", ") : "";

    private static string Lines(PSObject item, string name, Func<PSObject, string> line)
        => Cut([.. IncidentViewText.Items(item, name).Take(MostLines + 1).Select(line)], "\n");

    private static string Cut(string[] all, string between)
        => string.Join(between, all.Take(MostLines)) + (all.Length > MostLines ? $"{between}…" : "");
}
