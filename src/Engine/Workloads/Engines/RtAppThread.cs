namespace KernelMagnifier.Workloads.Engines;

/// <summary>The events of a thread of rt-app, from the steps of its group.</summary>
internal sealed class RtAppThread
{
    // A task that runs all the time runs in parts, so that it ends with the others.
    private const long Part = 10_000_000;
    private const long DefaultInterval = 1_000_000_000;

    private readonly List<RtAppEvent> _events = [];
    private readonly WorkloadTask _task;
    private readonly RtAppRings _rings;
    private readonly long _overhead;

    /// <summary>Makes a thread.</summary>
    /// <param name="task">The group.</param>
    /// <param name="instance">The number of the task in the group.</param>
    /// <param name="rings">The rings of the workload.</param>
    /// <param name="overhead">What is subtracted from each run.</param>
    /// <param name="begin">The time of the recording at which the run begins.</param>
    public RtAppThread(WorkloadTask task, int instance, RtAppRings rings, long overhead, long begin)
    {
        (_task, _rings, _overhead) = (task, rings, overhead);
        Name = RtAppNames.Of(task.Name, instance);
        var isTimed = task.Steps.All(step => step.By is null);
        Delay = isTimed ? Math.Max(0, (task.OffsetNanoseconds ?? begin) - begin) + Shift(instance) : 0;
        if (task.Steps is [{ Trigger: "Start", IntervalNanoseconds: null } only]) OneRun(only);
        else if (isTimed) Timed();
        else Waiting();
    }

    /// <summary>The name.</summary>
    public string Name { get; }

    /// <summary>The group.</summary>
    public WorkloadTask Task => _task;

    /// <summary>The time before the first event; nanoseconds.</summary>
    public long Delay { get; }

    /// <summary>How often the events are done; −1 for as long as the run lasts.</summary>
    public int Loop { get; private set; } = -1;

    /// <summary>The events.</summary>
    public IReadOnlyList<RtAppEvent> Events => _events;

    /// <summary>The tasks of a group begin after each other, as evenly as their intervals allow.</summary>
    private long Shift(int instance)
        => _task.Loop == "Once" ? instance * Mean() : instance * Mean() / Math.Max(1, _task.Instances);

    private long Mean() => _task.Intervals?.MeanNanoseconds ?? DefaultInterval;

    private void OneRun(WorkloadStep step)
    {
        if (step.Block == "Exit")
        {
            Loop = 1;
            Run(step);
            return;
        }
        _events.Add(new RtAppEvent(RtAppEventKind.Run, null, Part));
    }

    /// <summary>Woken by timers: they do not drift, however long the runs take.</summary>
    private void Timed()
    {
        var steps = _task.Steps;
        // Tasks that begin and end: each thread stands for every n-th of them.
        var every = _task.Loop == "Once" ? Math.Max(1, _task.Instances) : 1;
        for (var i = 0; i < steps.Count; i++)
        {
            Run(steps[i]);
            _events.Add(new RtAppEvent(RtAppEventKind.Timer, null,
                (steps[(i + 1) % steps.Count].IntervalNanoseconds ?? Mean()) * every));
        }
    }

    private void Waiting()
    {
        foreach (var step in _rings.AreEven || !_rings.Contains(_task.Name) ? _task.Steps : [MeanStep()])
        {
            if (step.By is not { } by) _events.Add(new RtAppEvent(RtAppEventKind.Sleep, null, step.SleepNanoseconds ?? Mean()));
            else if (_rings.Contains(by, _task.Name)) _events.Add(new RtAppEvent(RtAppEventKind.Meet, RtAppRings.Meeting(by,
                _task.Name)));
            else _events.Add(new RtAppEvent(RtAppEventKind.Wait, _task.Name));
            Run(step);
        }
        if (_rings.Begins(_task.Name)) Begin();
        Number();
    }

    /// <summary>What the steps of a group in a ring do on the average.</summary>
    private WorkloadStep MeanStep()
    {
        var one = _task.Steps.First(step => step.By is { } by && _rings.Contains(by, _task.Name));
        var run = (long)_task.Steps.Average(step => (double)step.RunNanoseconds);
        var scale = one.RunNanoseconds > 0 ? (double)run / one.RunNanoseconds : 0;
        return one with
        {
            RunNanoseconds = run,
            Wakes = [.. one.Wakes.Select(wake => wake with { AfterNanoseconds = (long)(wake.AfterNanoseconds * scale) })],
        };
    }

    /// <summary>
    /// Each meeting has a name of its own: rt-app waits for as many arrivals at a barrier as its file has mentions of it,
    /// not threads.
    /// </summary>
    private void Number()
    {
        foreach (var places in Enumerable.Range(0, _events.Count).Where(i => _events[i].Kind == RtAppEventKind.Meet)
            .GroupBy(i => _events[i].Group).Where(group => group.Count() > 1).Select(group => group.ToArray()).ToArray())
            for (var i = 0; i < places.Length; i++)
                _events[places[i]] = _events[places[i]] with
                { Group = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_events[places[i]].Group}#{i}") };
    }

    /// <summary>One group of a ring begins without being woken, else all would wait.</summary>
    private void Begin()
    {
        var first = _events.FindIndex(one => one.Kind == RtAppEventKind.Meet
            && one.Group!.EndsWith($">{_task.Name}", StringComparison.Ordinal));
        var head = _events.GetRange(0, first + 1);
        _events.RemoveRange(0, first + 1);
        _events.AddRange(head);
    }

    private void Run(WorkloadStep step)
    {
        var (done, length) = (0L, Math.Max(0, step.RunNanoseconds - _overhead));
        var scale = step.RunNanoseconds > 0 ? (double)length / step.RunNanoseconds : 0;
        foreach (var wake in step.Wakes)
        {
            var at = Math.Clamp((long)(wake.AfterNanoseconds * scale), done, length);
            if (at > done) _events.Add(new RtAppEvent(RtAppEventKind.Run, null, at - done));
            done = at;
            _events.Add(_rings.Contains(_task.Name, wake.Task)
                ? new RtAppEvent(RtAppEventKind.Meet, RtAppRings.Meeting(_task.Name, wake.Task))
                : new RtAppEvent(RtAppEventKind.Signal, wake.Task));
        }
        if (length > done) _events.Add(new RtAppEvent(RtAppEventKind.Run, null, length - done));
    }
}
