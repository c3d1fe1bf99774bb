using System.Diagnostics;

namespace KernelMagnifier.Replay;

/// <summary>The monotonic clock of the machine.</summary>
internal sealed class MonotonicTime : ReplayTime
{
    private const long Millisecond = 1_000_000;

    // A wait of a minute is noticed as one by a machine that was suspended meanwhile.
    private const long LongestWait = 60_000 * Millisecond;

    private readonly long _start = Stopwatch.GetTimestamp();

    /// <inheritdoc/>
    public override long Now => Stopwatch.GetElapsedTime(_start).Ticks * 100;

    /// <inheritdoc/>
    public override void Wait(long nanoseconds, CancellationToken cancel)
    {
        // The wait handle counts milliseconds. Less than one is too early or too late by less than one.
        var milliseconds = (int)Math.Max(1, Math.Min(nanoseconds, LongestWait) / Millisecond);
        if (cancel.WaitHandle.WaitOne(milliseconds)) cancel.ThrowIfCancellationRequested();
    }
}
