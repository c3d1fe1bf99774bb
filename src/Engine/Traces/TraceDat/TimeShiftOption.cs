using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Parses the TIME_SHIFT option: the corrections that map a guest's clock to its host's.</summary>
/// <remarks>"TIMESHIFT" of trace-cmd.dat.v7(5).</remarks>
internal static class TimeShiftOption
{
    /// <summary>Adds the corrections to a conversion.</summary>
    public static Timebase Apply(Timebase times, DatCursor cursor)
    {
        if (cursor.Remaining < 16) return times;
        _ = cursor.UInt64();
        var flags = cursor.UInt32();
        var cpus = cursor.UInt32();
        if (cpus == 0) return times;
        if (cpus * 4L > cursor.Remaining) throw new DatDamage($"the corrections of {cpus} CPUs are cut", cursor.Offset);
        var corrections = new (long[] Times, long[] Offsets, long[] Scalings)[cpus];
        for (var i = 0; i < cpus; i++)
        {
            var count = cursor.UInt32();
            if (count * 24L > cursor.Remaining) throw new DatDamage($"the list of {count} corrections is cut", cursor.Offset);
            corrections[i] = (Numbers(cursor, count), Numbers(cursor, count), Numbers(cursor, count));
        }
        // The fractions follow all other corrections; older versions of trace-cmd do not write them.
        var hasFractions = cursor.Remaining > 0;
        var result = new Timebase.Correction[cpus][];
        for (var i = 0; i < cpus; i++)
        {
            var (at, offsets, scalings) = corrections[i];
            var fractions = hasFractions ? Numbers(cursor, (uint)at.Length) : null;
            result[i] = [.. Enumerable.Range(0, at.Length)
                .Select(n => new Timebase.Correction(at[n], offsets[n], scalings[n], (int)Math.Clamp(fractions?[n] ?? 0, 0, 63)))
                .OrderBy(c => c.Time).DistinctBy(c => c.Time, new NumberComparer())];
        }
        return times with { SyncFlags = flags, Corrections = result };
    }

    private static long[] Numbers(DatCursor cursor, uint count)
    {
        if (count * 8L > cursor.Remaining) throw new DatDamage($"a list of {count} numbers is cut", cursor.Offset);
        var numbers = new long[count];
        for (var i = 0; i < numbers.Length; i++) numbers[i] = (long)cursor.UInt64();
        return numbers;
    }
}
