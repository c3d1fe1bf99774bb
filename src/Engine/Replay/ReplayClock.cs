using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Replay;

/// <summary>
/// Says when each record of a recording is due. The schedule is absolute: a record is due at the start plus its distance from the
/// first record, divided by the speed. So the clock does not drift, and a consumer that was too slow catches up.
/// </summary>
/// <param name="speed">The speed; 1 for the speed of the recording.</param>
/// <param name="time">The time.</param>
/// <param name="cancel">Ends waits with <see cref="OperationCanceledException"/>.</param>
internal sealed class ReplayClock(double speed, ReplayTime time, CancellationToken cancel)
{
    /// <summary>A consumer that is later than this is told.</summary>
    public const long FarBehind = 1_000_000_000;

    private const long BetweenReports = 1_000_000_000;

    private readonly LatencyHistogram _lateness = new();
    private long _start, _first, _lastReport = long.MinValue;
    private bool _hasStarted;

    /// <summary>
    /// Told, at most once a second, how many nanoseconds the delivery is late if it is <see cref="FarBehind"/>.
    /// </summary>
    public Action<long>? Behind { get; init; }

    /// <summary>The number of records that had a time.</summary>
    public long Records { get; private set; }

    /// <summary>The greatest lateness of a record, in nanoseconds.</summary>
    public long MostLate { get; private set; }

    /// <summary>Begins the schedule anew with the next record: another recording has another clock.</summary>
    public void Restart() => _hasStarted = false;

    /// <summary>Whether a record is due. If it is, notes how late it is.</summary>
    /// <param name="recordTime">Its time; one without a time is always due.</param>
    public bool IsDue(long recordTime)
    {
        if (recordTime == CallRecord.NoTime) return true;
        // The first record sets the start.
        var due = Due(recordTime);
        var late = time.Now - due;
        if (late < 0) return false;
        Note(late);
        return true;
    }

    /// <summary>Waits until a record is due, and notes how late it is.</summary>
    public void Await(long recordTime)
    {
        var due = Due(recordTime);
        long left;
        while ((left = due - time.Now) > 0) time.Wait(left, cancel);
        cancel.ThrowIfCancellationRequested();
        Note(-left);
    }

    /// <summary>The lateness that a share of the records did not exceed, to a sixteenth of its size, in nanoseconds.</summary>
    public long LatenessOf(double share)
    {
        var left = (long)Math.Ceiling(Records * share);
        foreach (var bucket in _lateness.Buckets())
            if ((left -= bucket.Count) <= 0)
                return Math.Min(bucket.Until ?? MostLate, MostLate);
        return MostLate;
    }

    private long Due(long recordTime)
    {
        if (!_hasStarted) (_hasStarted, _start, _first) = (true, time.Now, recordTime);
        // The difference of two times of a damaged recording can exceed the range.
        var after = ((double)recordTime - _first) / speed;
        if (after >= long.MaxValue / 2) return long.MaxValue / 2;
        return after <= 0 ? _start + Math.Max((long)after, -_start) : _start + (long)after;
    }

    private void Note(long late)
    {
        Records++;
        _lateness.Add(late);
        if (late <= MostLate && late < FarBehind) return;
        MostLate = Math.Max(MostLate, late);
        if (late < FarBehind || Behind is null) return;
        var now = time.Now;
        if (_lastReport != long.MinValue && now - _lastReport < BetweenReports) return;
        _lastReport = now;
        Behind(late);
    }
}
