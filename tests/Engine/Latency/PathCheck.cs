using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Paths;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Checks the segments of paths against intervals, by search in sorted lists.</summary>
internal sealed class PathCheck
{
    private static readonly IntervalKind[] Queue = [IntervalKind.Wakeup, IntervalKind.WakeupNew, IntervalKind.Preempted];

    private readonly Dictionary<int, List<IntervalRecord>> _slices, _queued, _ran, _handlers;
    private readonly HashSet<(int Pid, long Start, int Waker)> _wakes;
    private readonly bool _hasLosses;

    public PathCheck(CollectedIntervals intervals)
    {
        var all = intervals.All;
        _hasLosses = intervals.Accounts.Values.Any(a => a.Uncertain > 0);
        _slices = Sorted(all.Where(i => i.Kind is IntervalKind.OnCpu or IntervalKind.Idle), i => i.Cpu);
        _ran = Sorted(all.Where(i => i.Kind == IntervalKind.OnCpu), i => i.ProcessId);
        _queued = Sorted(all.Where(i => Queue.Contains(i.Kind)), i => i.ProcessId);
        _handlers = Sorted(all.Where(i => i.Kind is IntervalKind.Irq or IntervalKind.IrqVector or IntervalKind.SoftIrq or IntervalKind.HrTimer
            or IntervalKind.Timer), i => i.Cpu);
        _wakes = [.. all.Where(i => i.Kind == IntervalKind.Wakeup).Select(i => (i.ProcessId, i.Start, i.Waker))];
        Names = intervals.Names;
        // Clocks of CPUs with equal stamps can show the wake-up after the next switch in. Then the interval begins at a later one.
        if (intervals.Accounts.TryGetValue(IntervalKind.Wakeup, out var account)) Superseded = account.Superseded;
    }

    public LatencyNames Names { get; }

    /// <summary>The number of wake-ups that another one superseded.</summary>
    public long Superseded { get; }

    /// <summary>The waits that are no intervals from their beginnings, by task and the end of the wait.</summary>
    public HashSet<(int ProcessId, long End)> Disputed { get; } = [];

    /// <summary>The number of segments that were checked.</summary>
    public long Count { get; private set; }

    /// <summary>Tasks with many and with few slices.</summary>
    public IEnumerable<int> Tasks() => _ran.OrderByDescending(t => t.Value.Count).Take(6).Concat(_ran.OrderBy(t => t.Key).Take(6)).Select(t => t.Key).Distinct();

    public void Check(IReadOnlyList<PathSegment> path, int pid, CriticalPathReading reading)
    {
        for (var i = 0; i < path.Count; i++)
        {
            Count++;
            var segment = path[i];
            Assert.True(segment.Depth > 0 || segment.ProcessId is null || segment.ProcessId == pid, PathStream.Text(segment));
            switch (segment.State)
            {
                case "Running": Runs(segment); break;
                case "Waiting": Waits(segment, reading); break;
                case "Blocked": Sleeps(segment); break;
                case "HardIrq" or "SoftIrq": Handles(segment); break;
            }
            // From the waker to the woken one, the border is a wake-up by that waker.
            if (i + 1 < path.Count && path[i + 1] is { State: "Waiting" } woken && woken.Depth == segment.Depth - 1 && segment.State == "Running")
            {
                if (!_wakes.Contains((woken.ProcessId!.Value, woken.StartTime, segment.ProcessId!.Value)) && !Touches(woken, reading) && !_hasLosses)
                    Dispute(woken);
            }
        }
        // What the task did itself is on the path as such.
        foreach (var slice in Within(_ran, pid, reading.Since, reading.Until))
            foreach (var segment in Overlapping(path, slice.Start, slice.End))
                Assert.True(segment is { Depth: 0, State: "Running" or "HardIrq" or "SoftIrq" }, $"{slice.Start}-{slice.End}: {PathStream.Text(segment)}");
        foreach (var wait in Within(_queued, pid, reading.Since, reading.Until))
            foreach (var segment in Overlapping(path, wait.Start, wait.End))
                Assert.True(segment is { Depth: 0, State: "Waiting" }, $"{wait.Kind} {wait.Start}-{wait.End}: {PathStream.Text(segment)}");
    }

    private void Dispute(PathSegment segment)
    {
        // Several segments can be of one wait, which ends with the next interval.
        var next = _queued.TryGetValue(segment.ProcessId!.Value, out var list) ? list.Find(i => i.End >= segment.EndTime).End : 0;
        Disputed.Add((segment.ProcessId.Value, next));
    }

    private void Runs(PathSegment segment)
    {
        // No other task was on that CPU, and the task was on no other one and in no queue.
        foreach (var slice in Overlapping(_slices, segment.Cpu!.Value, segment)) Assert.True(slice.ProcessId == segment.ProcessId, Text(segment, slice));
        foreach (var slice in Overlapping(_ran, segment.ProcessId!.Value, segment)) Assert.True(slice.Cpu == segment.Cpu, Text(segment, slice));
        foreach (var wait in Overlapping(_queued, segment.ProcessId!.Value, segment)) Assert.Fail(Text(segment, wait));
        foreach (var handler in Overlapping(_handlers, segment.Cpu!.Value, segment))
            if (handler.Kind == IntervalKind.Irq) Assert.True(_hasLosses, Text(segment, handler));
    }

    private void Waits(PathSegment segment, CriticalPathReading reading)
    {
        // perf has the wake-up of a new task after its first switch in, with the same stamp.
        foreach (var slice in Overlapping(_ran, segment.ProcessId!.Value, segment))
        {
            Assert.True(slice.Start == segment.StartTime, Text(segment, slice));
            Dispute(segment);
        }
        var covered = Overlapping(_queued, segment.ProcessId!.Value, segment)
            .Sum(w => Math.Min(w.End, segment.EndTime) - Math.Max(w.Start, segment.StartTime));
        // A wait that the recording or a loss cuts is no interval.
        if (covered != segment.DurationNanoseconds && !_hasLosses && !Touches(segment, reading))
            Dispute(segment);
        if (segment.What is null || segment.Cpu is not { } cpu) return;
        foreach (var slice in Overlapping(_slices, cpu, segment))
        {
            if (segment.What == "idle") Assert.True(slice.Kind == IntervalKind.Idle, Text(segment, slice));
            else if (slice.Kind == IntervalKind.OnCpu && segment.What.EndsWith($"/{slice.ProcessId}", StringComparison.Ordinal)) return;
            else if (!Overlapping(_handlers, cpu, segment).Any()) Assert.True(_hasLosses, Text(segment, slice));
        }
    }

    private void Sleeps(PathSegment segment)
    {
        foreach (var other in Overlapping(_ran, segment.ProcessId!.Value, segment).Concat(Overlapping(_queued, segment.ProcessId!.Value, segment)))
            Assert.Fail(Text(segment, other));
    }

    private void Handles(PathSegment segment)
    {
        if (_hasLosses) return;
        Assert.Contains(Overlapping(_handlers, segment.Cpu!.Value, segment), handler => Names.Key(handler.Key) == segment.What
            && handler.Start <= segment.StartTime && handler.End >= segment.EndTime);
    }

    /// <summary>Whether the wait of a segment was not over when the recording ended.</summary>
    private bool Touches(PathSegment segment, CriticalPathReading reading)
        => !_ran.TryGetValue(segment.ProcessId!.Value, out var ran) || ran[^1].End <= segment.StartTime || segment.EndTime == reading.Until;

    private static string Text(PathSegment segment, IntervalRecord interval)
        => $"{PathStream.Text(segment)} and {interval.Kind} {interval.ProcessId} on {interval.Cpu} {interval.Start}-{interval.End}";

    private static IEnumerable<PathSegment> Overlapping(IReadOnlyList<PathSegment> path, long start, long end)
    {
        var (low, high) = (0, path.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (path[middle].EndTime <= start) low = middle + 1;
            else high = middle;
        }
        for (; low < path.Count && path[low].StartTime < end; low++) yield return path[low];
    }

    private static IEnumerable<IntervalRecord> Within(Dictionary<int, List<IntervalRecord>> lists, int key, long since, long until)
        => lists.TryGetValue(key, out var list) ? list.Where(i => i.Start >= since && i.End <= until && i.End > i.Start) : [];

    private static IEnumerable<IntervalRecord> Overlapping(Dictionary<int, List<IntervalRecord>> lists, int key, PathSegment segment)
    {
        if (!lists.TryGetValue(key, out var list)) yield break;
        // The ends ascend, as intervals are delivered in this order; handlers that contain others come after them.
        var (low, high) = (0, list.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (list[middle].End <= segment.StartTime) low = middle + 1;
            else high = middle;
        }
        for (var left = 200; low < list.Count && left > 0; low++)
        {
            if (list[low].Start >= segment.EndTime) left--;
            else if (list[low].End > list[low].Start) yield return list[low];
            if (list[low].Start >= segment.EndTime + 1_000_000_000) yield break;
        }
    }

    private static Dictionary<int, List<IntervalRecord>> Sorted(IEnumerable<IntervalRecord> intervals, Func<IntervalRecord, int> key)
        => intervals.GroupBy(key).ToDictionary(g => g.Key, g => g.OrderBy(i => i.End).ToList());
}
