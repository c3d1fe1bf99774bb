using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>Says in sentences what is wrong with a recording, where, and what to do.</summary>
internal static class TraceFindings
{
    private const string LargerBuffer = "Record with a larger buffer (-BufferSize or --buffer-size) or with fewer events.";

    /// <summary>The findings, those that make a recording incomplete first.</summary>
    public static IEnumerable<TraceFinding> Of(TraceCheck check)
    {
        var info = check.Trace;
        if (!info.IsComplete)
            yield return new TraceFinding("NotReadToEnd", null, info.LastTimestamp, null,
                "The recording could not be read to its end.",
                "Copy it again from where it was recorded; the warnings say where it ends.");
        if (check.Events + info.Calls == 0)
            yield return new TraceFinding("NoEvents", null, null, null,
                "The recording has no event.", "Check that it is the right file, and what was recorded: events (-Event) or calls.");
        // Events of ended tasks are one of the warnings, and a finding of their own.
        if (check.Warnings.Count - (check.OfEndedTasks > 0 ? 1 : 0) is > 0 and var warnings)
            yield return new TraceFinding("Warnings", null, null, null,
                $"The reading found damage or doubtful data: {DisplayText.Count(warnings, "warning")}.",
                "The warnings say where. If the file is cut, copy it again from where it was recorded.");
        foreach (var loss in LostEvents(check)) yield return loss;
        if (check.CpusNotSeen is { Count: > 0 } cpus)
            yield return new TraceFinding("CpuNotSeen", cpus.Count == 1 ? cpus[0] : null, info.FirstTimestamp, info.LastTimestamp,
                $"CPU {CpuList.ToList(cpus)} of {info.Cpus} has no event.",
                "Record all CPUs (without -Cpu or --cpu), unless these were offline or had nothing to record.");
        if (check.OfEndedTasks > 0)
            yield return new TraceFinding("EndedTasks", null, null, null,
                $"{DisplayText.Count(check.OfEndedTasks, "event")} of tasks that had ended when perf wrote them (:-1) are in no interval, "
                + "and the checks that need them are not made.",
                "Record with trace-cmd, Start-KmRecording or kernel-magnifier record, whose events name their task.");
        if (check.NotParsed > 0)
            yield return new TraceFinding("NotParsed", null, null, null,
                $"{DisplayText.Count(check.NotParsed, "record")} could not be parsed.",
                "Import-KmTrace -Info or kernel-magnifier info shows the first of them (NotParsedSamples).");
        foreach (var failed in check.Checks.Where(one => one.Passed == false))
            yield return new TraceFinding(
                "CheckFailed", failed.Cpu, info.FirstTimestamp, info.LastTimestamp, CauseOf(failed), ActionOf(failed));
        if (HasNoWaking(check))
            yield return new TraceFinding("NoWaking", null, null, null,
                "Wake-ups begin at sched:sched_wakeup, without the time from the waking until then.",
                "Record sched:sched_waking too.");
    }

    private static IEnumerable<TraceFinding> LostEvents(TraceCheck check)
    {
        foreach (var gaps in check.Losses.GroupBy(loss => loss.Cpu).OrderBy(gaps => gaps.Key))
        {
            var (known, unknown) = (gaps.Sum(loss => loss.Events ?? 0), gaps.Count(loss => loss.Events is null));
            var (from, to) = (gaps.First().From, gaps.Last().To);
            var number = unknown == 0 ? DisplayText.Count(known, "event")
                : known > 0 ? $"at least {DisplayText.Count(known, "event")}" : "an unknown number of events";
            yield return new TraceFinding("EventsLost", gaps.Key, from, to, string.Create(CultureInfo.InvariantCulture,
                $"CPU {gaps.Key} lost {number} in {DisplayText.Count(gaps.Count(), "gap")}, "
                + $"{EventLoss.Range(from, to, check.Trace.Unit)}."), LargerBuffer);
        }
        // The kernel's count can contain losses whose place is not recorded, such as those at the end.
        var placed = check.Losses.Sum(loss => loss.Events ?? 0);
        if (check.LostEvents <= placed || check.LossCount > check.Losses.Count || check.Losses.Any(loss => loss.Events is null))
            yield break;
        yield return new TraceFinding("EventsLost", null, null, null,
            $"The kernel counted {DisplayText.Count(check.LostEvents - placed, "lost event")}{(placed > 0 ? " more" : "")} whose place is "
            + "not known.", LargerBuffer);
    }

    private static string CauseOf(SelfCheck check)
    {
        var where = check.Cpu is { } cpu ? string.Create(CultureInfo.InvariantCulture, $" on CPU {cpu}") : "";
        return $"{check.Name} failed{where}: {check.Numbers}. {check.Rule}";
    }

    private static string ActionOf(SelfCheck check) => check.Name switch
    {
        "TimesAscend" => "Record with a clock that is the same on all CPUs (-Clock mono or --clock mono).",
        "Accounts" => "Report this as a bug of Kernel Magnifier, with the recording.",
        _ => $"Events are missing that the recording does not count as lost, so do not trust its intervals. {LargerBuffer}",
    };

    private static bool HasNoWaking(TraceCheck check)
        => check.Trace.EventKinds.ContainsKey("sched_wakeup") && !check.Trace.EventKinds.ContainsKey("sched_waking");
}
