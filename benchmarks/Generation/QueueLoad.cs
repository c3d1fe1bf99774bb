using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// A stationary load of wake-ups that wait in a queue: the wait of each depends on that of the one before, arrivals come in
/// bursts, the time that a task runs has a heavy tail and drifts slowly. So latencies of neighbours are alike, as they are on a
/// machine.
/// </summary>
internal sealed class QueueLoad(ulong seed)
{
    private const double Second = 1e9, Millisecond = 1e6;

    // The mean lengths of calm times and of bursts, and the wake-ups a second in them.
    private const double Calm = 0.25 * Second, Burst = 0.05 * Second, CalmRate = 2000, BurstRate = 5000;

    // How long a task runs: the median, and the spread of the logarithm. It drifts, and forgets its drift within a second.
    private const double Run = 70_000, RunSpread = 0.8, DriftSpread = 0.1, DriftTime = Second;

    // What a wake-up takes that finds an idle CPU.
    private const double Switch = 4_000, SwitchSpread = 0.35;

    // Places of the normal distribution, equally likely.
    private const int Places = 4096;

    private static readonly double[] Bells = [.. Enumerable.Range(0, Places).Select(i => Normal.Quantile((i + 0.5) / Places))];
    private static readonly double[] Runs = [.. Bells.Select(bell => Run * Math.Exp(RunSpread * bell))];
    private static readonly double[] Switches = [.. Bells.Select(bell => Switch * Math.Exp(SwitchSpread * bell))];

    private readonly Dice _dice = new(seed);
    private double _time, _wait, _phaseEnds, _drift, _driftEnds, _slower = 1;
    private bool _isBurst;

    /// <summary>Lets the load run and records its wake-ups.</summary>
    /// <param name="seconds">For how long.</param>
    /// <param name="change">What becomes of a latency; null for no change.</param>
    public LoadRecording Record(double seconds, Func<double, double>? change = null)
    {
        // Between recordings it runs on.
        for (var until = _time + Second; _time < until;) Next();
        var (start, lengths) = (_time, new List<long>());
        var times = new TimeHistogram((long)start, (long)(seconds * Second / 100));
        for (var length = Next(); _time < start + (seconds * Second); length = Next())
        {
            var recorded = (long)(change is null ? length : change(length));
            lengths.Add(recorded);
            times.Add((long)_time, recorded);
        }
        return new LoadRecording(lengths, times, seconds);
    }

    /// <summary>The latency of the next wake-up.</summary>
    private double Next()
    {
        var gap = Exponential(Second / (_isBurst ? BurstRate : CalmRate));
        _time += gap;
        if (_time > _phaseEnds)
        {
            _isBurst = !_isBurst;
            _phaseEnds = _time + Exponential(_isBurst ? Burst : Calm);
        }
        if (_time > _driftEnds) Drift();
        _wait = Math.Max(0, _wait - gap);
        var latency = _wait + Switches[_dice.Below(Places)];
        _wait += Runs[_dice.Below(Places)] * _slower;
        return latency;
    }

    private void Drift()
    {
        _driftEnds = _time + Millisecond;
        var kept = Math.Exp(-Millisecond / DriftTime);
        _drift = (kept * _drift) + (Math.Sqrt(1 - (kept * kept)) * DriftSpread * Bells[_dice.Below(Places)]);
        _slower = Math.Exp(_drift);
    }

    private double Exponential(double mean) => -Math.Log(1 - _dice.Share()) * mean;
}
