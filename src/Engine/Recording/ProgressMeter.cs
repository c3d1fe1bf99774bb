namespace KernelMagnifier.Recording;

/// <summary>Measures the progress of a recording.</summary>
internal sealed class ProgressMeter
{
    private readonly long _startedAt = Environment.TickCount64;
    private long _lastTick = Environment.TickCount64;
    private long _lastEvents;

    /// <summary>The latest measurement.</summary>
    public RecordingProgress Progress { get; private set; }

    /// <summary>Time since tracing was switched on.</summary>
    public TimeSpan Elapsed => TimeSpan.FromMilliseconds(Environment.TickCount64 - _startedAt);

    /// <summary>Updates <see cref="Progress"/>.</summary>
    /// <param name="perCpu">The kernel's counts.</param>
    /// <param name="written">The number of bytes written.</param>
    public void Update(IEnumerable<CpuStats> perCpu, long written)
    {
        var (events, lost) = (0L, 0L);
        foreach (var cpu in perCpu)
        {
            events += cpu.Read + cpu.Entries;
            lost += cpu.Lost;
        }
        var now = Environment.TickCount64;
        var rate = now > _lastTick ? Math.Max(0, events - _lastEvents) * 1000 / (now - _lastTick) : 0;
        // Updates come about four times a second; the rate is averaged over about one.
        Progress = new RecordingProgress(TimeSpan.FromMilliseconds(now - _startedAt), events,
            (Progress.EventsPerSecond * 3 + rate) / 4, written, lost);
        (_lastEvents, _lastTick) = (events, now);
    }
}
