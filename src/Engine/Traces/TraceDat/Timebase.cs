namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Converts the ring buffer's time stamps to those that <c>trace-cmd report</c> shows: maps a guest's clock to its host's
/// (TIME_SHIFT), converts cycles to nanoseconds (TSC2NSEC) and adds a fixed offset (DATE, OFFSET).
/// </summary>
/// <remarks><c>timestamp_calc</c> in trace-cmd's <c>lib/trace-cmd/trace-input.c</c>.</remarks>
internal sealed record Timebase
{
    /// <summary>Time stamps are not converted.</summary>
    public static readonly Timebase Identity = new();

    private const int Interpolate = 1;

    /// <summary>Nanoseconds added to each time stamp.</summary>
    public long Offset { get; init; }

    /// <summary>Cycles to nanoseconds: the factor; 0 for no conversion.</summary>
    public uint Multiplier { get; init; }

    /// <summary>Cycles to nanoseconds: the right shift after the multiplication, in bits.</summary>
    public int Shift { get; init; }

    /// <summary>The flags of TIME_SHIFT.</summary>
    public uint SyncFlags { get; init; }

    /// <summary>The corrections of TIME_SHIFT for each CPU, in order of time; null for none.</summary>
    public Correction[][]? Corrections { get; init; }

    /// <summary>The difference between the guest's and the host's clock at one time.</summary>
    internal readonly record struct Correction(long Time, long Offset, long Scaling, int Fraction);

    /// <summary>Whether time stamps are not converted.</summary>
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
