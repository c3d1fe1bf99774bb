namespace KernelMagnifier.Probes.Running;

/// <summary>The share of a CPU that BPF programs used over a sliding window.</summary>
/// <param name="window">The time over which the share is measured.</param>
internal sealed class CpuWindow(TimeSpan window)
{
    private readonly Queue<(TimeSpan At, long Nanoseconds)> _samples = [];

    /// <summary>Adds a reading of the sum, and returns the share in percent of one CPU; null before the window is full.</summary>
    public double? Add(TimeSpan now, long nanoseconds)
    {
        _samples.Enqueue((now, nanoseconds));
        // The youngest sample that is as old as the window stays.
        while (_samples.Count > 2 && now - _samples.ElementAt(1).At >= window) _samples.Dequeue();
        var (at, before) = _samples.Peek();
        var time = now - at;
        return time < window ? null : (nanoseconds - before) / time.TotalNanoseconds * 100;
    }
}
