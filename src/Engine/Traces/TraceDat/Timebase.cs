namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Turns the ring buffer's time stamps into those that <c>trace-cmd report</c> shows: the guest's clock brought to its
/// host's (TIME_SHIFT), cycles to nanoseconds (TSC2NSEC), and a fixed offset (DATE, OFFSET).
/// </summary>
/// <remarks><c>timestamp_calc</c> in trace-cmd's <c>lib/trace-cmd/trace-input.c</c>.</remarks>
internal sealed record Timebase
{
    /// <summary>Time stamps as they are.</summary>
    public static readonly Timebase Identity = new();

    private const int Interpolate = 1;

    /// <summary>Added to each time stamp.</summary>
    public long Offset { get; init; }

    /// <summary>Cycles to nanoseconds: the factor; 0 for none.</summary>
    public uint Multiplier { get; init; }

    /// <summary>Cycles to nanoseconds: bits to shift right after multiplying.</summary>
    public int Shift { get; init; }

    /// <summary>TIME_SHIFT's flags.</summary>
    public uint SyncFlags { get; init; }

    /// <summary>TIME_SHIFT's corrections for each CPU, in order of time; null for none.</summary>
    public Correction[][]? Corrections { get; init; }

    /// <summary>How far the clock was off at one moment.</summary>
    internal readonly record struct Correction(long Time, long Offset, long Scaling, int Fraction);

    /// <summary>Whether time stamps stay as they are.</summary>
    public bool IsIdentity => Offset == 0 && Multiplier == 0 && Corrections is null;

    /// <summary>Converts one time stamp.</summary>
    public ulong Convert(ulong time, int cpu)
    {
        if (Corrections is { } all && cpu >= 0 && cpu < all.Length) time = Correct(time, all[cpu]);
        if (Multiplier != 0) time = (ulong)(((UInt128)time * Multiplier) >> Shift);
        return time + (ulong)Offset;
    }

    private ulong Correct(ulong time, Correction[] corrections)
    {
        if (corrections.Length == 0) return time;
        if (corrections.Length == 1) return time + (ulong)corrections[0].Offset;
        var last = corrections.Length - 1;
        int at;
        if ((long)time <= corrections[0].Time) at = 0;
        else if ((long)time >= corrections[last].Time) at = last - 1;
        else
        {
            (at, var end) = (0, last);
            while (at + 1 < end)
            {
                var middle = (at + end) / 2;
                if (corrections[middle].Time <= (long)time) at = middle;
                else end = middle;
            }
        }
        var (from, to) = (corrections[at], corrections[at + 1]);
        var offset = from.Offset;
        if ((SyncFlags & Interpolate) != 0 && to.Time - from.Time is not 0 and var span)
            offset += (long)(((Int128)((long)time - from.Time) * (to.Offset - from.Offset) + span / 2) / span);
        return (ulong)((Int128)(UInt128)time * from.Scaling >> from.Fraction) + (ulong)offset;
    }
}
