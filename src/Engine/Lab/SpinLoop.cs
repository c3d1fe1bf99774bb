using System.Diagnostics;
using KernelMagnifier.Native;

namespace KernelMagnifier.Lab;

/// <summary>
/// Measures for how long CPUs are away from a program. A thread on each CPU reads the clock again and again; a gap between two
/// readings is time in which it did not run. Unlike the tracers hwlat and osnoise, it needs no kernel that has them.
/// </summary>
internal static class SpinLoop
{
    /// <summary>The shortest gap that counts: a reading of the clock takes less, also on an emulated CPU.</summary>
    public const long Threshold = 10_000;

    private const int MostGaps = 1 << 20;

    /// <summary>Measures the CPUs that this process may use, all at the same time.</summary>
    /// <param name="duration">For how long.</param>
    /// <param name="cancel">Ends it.</param>
    public static IReadOnlyList<LabNoise> Measure(TimeSpan duration, CancellationToken cancel)
    {
        var cpus = Enumerable.Range(0, LabRunner.MostCpus).Where(cpu => SchedulerCalls.IsAllowed(cpu)).ToList();
        var results = new LabNoise?[cpus.Count];
        using var start = new Barrier(cpus.Count);
        var threads = cpus.Select((cpu, at) => new Thread(() =>
        {
            var isPinned = SchedulerCalls.Pin(cpu);
            start.SignalAndWait();
            if (isPinned) results[at] = Spin(cpu, duration, cancel);
        })).ToList();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        cancel.ThrowIfCancellationRequested();
        return [.. results.OfType<LabNoise>()];
    }

    private static LabNoise Spin(int cpu, TimeSpan duration, CancellationToken cancel)
    {
        var gaps = new long[MostGaps];
        var perTick = 1e9 / Stopwatch.Frequency;
        var (count, total, longest) = (0L, 0L, 0L);
        var (began, last) = (Stopwatch.GetTimestamp(), 0L);
        last = began;
        var until = began + (long)(duration.TotalSeconds * Stopwatch.Frequency);
        while (last < until && !cancel.IsCancellationRequested)
        {
            var now = Stopwatch.GetTimestamp();
            var gap = (long)((now - last) * perTick);
            last = now;
            if (gap < Threshold) continue;
            gaps[count++ % MostGaps] = gap;
            total += gap;
            longest = Math.Max(longest, gap);
        }
        var kept = gaps.AsSpan(0, (int)Math.Min(count, MostGaps));
        kept.Sort();
        var lasted = Stopwatch.GetElapsedTime(began, last);
        return new LabNoise
        {
            Cpu = cpu, Method = nameof(SpinLoop), Duration = lasted, ThresholdNanoseconds = Threshold, Count = count,
            NoisePercent = lasted > TimeSpan.Zero ? Math.Round(total / lasted.TotalNanoseconds * 100, 3) : 0,
            P50Nanoseconds = Rank(kept, 0.5), P99Nanoseconds = Rank(kept, 0.99),
            MaxNanoseconds = count > 0 ? longest : null,
        };
    }

    /// <summary>The nearest rank: the least value that so many of the values do not exceed.</summary>
    private static long? Rank(ReadOnlySpan<long> sorted, double part)
        => sorted.IsEmpty ? null : sorted[Math.Max(0, (int)Math.Ceiling(part * sorted.Length) - 1)];
}
