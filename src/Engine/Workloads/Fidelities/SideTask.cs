using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>What the tasks of a group did in one recording.</summary>
internal sealed class SideTask
{
    private readonly List<long> _starts = [], _begins = [], _lives = [];
    private readonly List<long> _intervals = [], _runs = [];
    private readonly Dictionary<string, SideRequests> _requests = new(StringComparer.Ordinal);
    private long _woken;

    /// <summary>How often they were woken, or began.</summary>
    public long Activations { get; private set; }

    /// <summary>How long they ran.</summary>
    public long Run { get; private set; }

    /// <summary>How often they moved to another CPU.</summary>
    public long Migrations { get; private set; }

    /// <summary>When the first of them began.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>When the last of them ended.</summary>
    public long Last { get; private set; } = long.MinValue;

    /// <summary>The times between wake-ups of the same task, sorted; those between the begins of tasks that begin and
    /// end.</summary>
    public long[] Intervals { get; private set; } = [];

    /// <summary>The run lengths, sorted; of tasks that begin and end, how long each ran.</summary>
    public long[] Runs { get; private set; } = [];

    /// <summary>Whether they mostly act by the clock or by interrupts, whatever the other tasks do.</summary>
    public bool IsOpen => Activations > 0 && _woken * 2 < Activations;

    /// <summary>The reads or the writes.</summary>
    public SideRequests Requests(string operation) => _requests.GetValueOrDefault(operation) ?? new SideRequests();

    /// <summary>Adds a task.</summary>
    public void Add(TaskHistory task, TaskHistories recording)
    {
        Run += task.Run;
        Migrations += task.Migrations;
        Activations += task.Activations.Count + task.NotKept;
        Span(task, recording);
        foreach (var requests in task.Requests)
        {
            if (!_requests.TryGetValue(requests.Operation, out var sum))
                _requests.Add(requests.Operation, sum = new SideRequests());
            sum.Add(requests);
        }
        if (task.Activations.Exists(one => one.Trigger == ActivationTrigger.Start)) _lives.Add(task.Run);
        long? before = null;
        foreach (var activation in task.Activations)
        {
            if (activation.Trigger is ActivationTrigger.Task or ActivationTrigger.Io or ActivationTrigger.Start) _woken++;
            if (activation.Trigger == ActivationTrigger.Start) _starts.Add(activation.Time);
            if (activation.IsUncertain)
            {
                before = null;
                continue;
            }
            if (before is { } earlier) _intervals.Add(activation.Time - earlier);
            before = activation.Time;
            _begins.Add(activation.Time);
            _runs.Add(activation.Run);
        }
    }

    /// <summary>Sorts what was added.</summary>
    /// <param name="isOnce">
    /// Whether the tasks began and ended in the original. Where threads stand for them, an activation is such a task.
    /// </param>
    public void Finish(bool isOnce)
    {
        var areTasks = _starts.Count * 2 > Activations;
        if (isOnce || areTasks) Once(areTasks ? _starts : _begins);
        if (isOnce && areTasks) (Activations, Runs) = (_starts.Count, [.. _lives.Order()]);
        else Runs = [.. _runs.Order()];
        Intervals = [.. _intervals.Order()];
    }

    /// <summary>A quantile of sorted values, by nearest rank; null if there are none.</summary>
    public static double? Quantile(long[] sorted, double quantile)
        => sorted.Length == 0 ? null : sorted[Math.Clamp((int)Math.Ceiling(quantile * sorted.Length) - 1, 0, sorted.Length - 1)];

    /// <summary>The mean of values; null if there are none.</summary>
    public static double? Mean(long[] values) => values.Length == 0 ? null : values.Average();

    private void Once(List<long> begins)
    {
        begins.Sort();
        _intervals.Clear();
        for (var i = 1; i < begins.Count; i++) _intervals.Add(begins[i] - begins[i - 1]);
    }

    private void Span(TaskHistory task, TaskHistories recording)
    {
        var first = task.Start ?? (task.Activations.Count > 0 ? task.Activations[0].Time : recording.First);
        var last = task.End ?? (task.Activations.Count > 0 && task.Activations[^1].End is > 0 and var end ? end : recording.Last);
        First = Math.Min(First, Math.Max(first, recording.First));
        Last = Math.Max(Last, Math.Min(last, recording.Last));
    }
}
