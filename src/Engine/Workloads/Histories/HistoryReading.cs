using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Workloads.Histories;

/// <summary>Reads what each task of a recording did, in one pass over its events.</summary>
internal static class HistoryReading
{
    /// <summary>The most activations that are kept of all tasks; with what belongs to them they take about 150 MB.</summary>
    public const int MostActivations = 2_000_000;

    /// <summary>The most activations that are kept of a task.</summary>
    public const int MostOfTask = 200_000;

    private static readonly string[] Wakes = ["sched_waking", "sched_wakeup"];

    /// <summary>Reads a recording.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    public static TaskHistories Read(TraceReader reader, CancellationToken cancel)
        => Read(reader, since: null, until: null, cancel);

    /// <summary>Reads a part of a recording.</summary>
    /// <param name="reader">The recording.</param>
    /// <param name="since">The begin, in seconds or counts of the trace clock; null for that of the recording.</param>
    /// <param name="until">The end; null for that of the recording.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    public static TaskHistories Read(TraceReader reader, double? since, double? until, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var events = new HistoryEvents(since, until);
        var info = reader.ReadOnce(events, null, null, cancel);
        var kinds = info.EventKinds.Keys.Select(IntervalNeeds.NameOf).ToHashSet(StringComparer.Ordinal);
        bool Any(string prefix) => kinds.Any(kind => kind.StartsWith(prefix, StringComparison.Ordinal));
        var histories = events.Histories;
        return new TaskHistories
        {
            Tasks = histories.Tasks, Info = info, Machine = reader.Source.Machine,
            First = events.First == CallRecord.NoTime ? 0 : events.First, Last = events.Last == CallRecord.NoTime ? 0
                : events.Last,
            Cpus = [.. events.Cpus], HasScheduler = kinds.Contains("sched_switch") && Array.Exists(Wakes, kinds.Contains),
            HasInterrupts = kinds.Contains("irq_handler_entry") || kinds.Contains("softirq_entry") || Any("local_timer_"),
            HasTimers = Any("hrtimer_expire_") || Any("timer_expire_"), HasBlock = kinds.Contains("block_rq_issue"),
            HasSyscalls = Any("sys_enter"),
        };
    }
}
