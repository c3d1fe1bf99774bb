using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Keeps when each task was runnable, and every change of a reading.</summary>
internal sealed class CollectedActivity : ActivitySink
{
    private readonly Dictionary<int, long> _since = [];

    /// <summary>The stretches of time in which a task was runnable, by pid, up to a switch in or to where something is unknown.</summary>
    public Dictionary<int, List<(long Start, long End)>> Runnable { get; } = [];

    /// <summary>The length of all stretches that end with the task on a CPU.</summary>
    public long Waited { get; private set; }

    public List<TaskChange> Changes { get; } = [];

    public static (CollectedActivity Activity, ActivityTracker Tracker) Of(string path)
    {
        using var reader = TraceFile.Open(path);
        var activity = new CollectedActivity();
        var tracker = new ActivityTracker(activity);
        reader.ReadOnce(tracker, null, null, default);
        return (activity, tracker);
    }

    public override void CpuChanged(int cpu, in CpuOccupant before, in CpuOccupant after, long time, long knownUntil) { }

    public override void TaskChanged(in TaskChange change)
    {
        Changes.Add(change);
        if (change.Before == TaskStanding.Runnable && change.After != TaskStanding.Runnable)
        {
            if (!Runnable.TryGetValue(change.ProcessId, out var list)) Runnable.Add(change.ProcessId, list = []);
            list.Add((_since[change.ProcessId], change.KnownUntil));
            if (change.After == TaskStanding.OnCpu && change.KnownUntil == change.Time) Waited += change.Time - _since[change.ProcessId];
        }
        if (change.Before != TaskStanding.Runnable || change.KnownUntil < change.Time) _since[change.ProcessId] = change.Time;
    }

    public bool IsRunnable(int processId, long start, long end)
    {
        if (start == end) return true;
        if (!Runnable.TryGetValue(processId, out var list)) return false;
        // The last stretch that starts at or before.
        var (low, high) = (0, list.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (list[middle].Start <= start) low = middle + 1;
            else high = middle;
        }
        return low > 0 && list[low - 1].End >= end;
    }
}
