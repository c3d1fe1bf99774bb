namespace KernelMagnifier.Measuring;

/// <summary>
/// Reads the counters that the kernel keeps in /proc without tracing, at the start and at the end of a measurement: CPU time,
/// run queues, interrupts, softirqs, pressure (proc(5), Documentation/accounting/psi.rst,
/// Documentation/scheduler/sched-stats.rst).
/// </summary>
internal sealed class CounterReading
{
    private readonly string _proc;
    private readonly bool _byCpu;
    private readonly CounterSnapshot _start;

    private CounterReading(string proc, bool byCpu)
    {
        (_proc, _byCpu) = (proc, byCpu);
        _start = CounterSnapshot.Read(proc, byCpu);
    }

    /// <summary>What this kernel does not count, as sentences.</summary>
    public IReadOnlyList<string> Warnings => _start.Missing;

    /// <summary>Reads the counters at the start.</summary>
    /// <param name="byCpu">Count each CPU, too.</param>
    /// <param name="proc">The directory of the files.</param>
    public static CounterReading Begin(bool byCpu = false, string proc = "/proc") => new(proc, byCpu);

    /// <summary>
    /// Reads the counters at the end. What did not grow is left out, except pressure, whose 0 is an answer; so is what was reset
    /// in between, such as the counts of a CPU that went offline.
    /// </summary>
    public IReadOnlyList<MeasuredCounter> End()
    {
        var end = CounterSnapshot.Read(_proc, _byCpu);
        var grown = new List<MeasuredCounter>();
        foreach (var (key, value) in end.Values)
        {
            if (key.IsGauge)
            {
                grown.Add(key.ToCounter(value));
                continue;
            }
            if (!_start.Values.TryGetValue(key, out var before)) before = key.IsFromStart ? 0 : value;
            if (value > before || (value == before && key.IsPressure)) grown.Add(key.ToCounter(value - before));
        }
        return grown;
    }
}
