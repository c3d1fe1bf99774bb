using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Times in columns.</summary>
internal static class TableTime
{
    /// <summary>Adds the wall time of a record with all its nanoseconds, or none.</summary>
    /// <param name="chunk">The column.</param>
    /// <param name="time">The time on the trace clock, or <see cref="CallRecord.NoTime"/>.</param>
    /// <param name="offset">Nanoseconds from the trace clock to Unix time; null if not known.</param>
    public static void AddWall(TableChunk chunk, long time, long? offset)
    {
        AddKnown(chunk, offset is { } known ? Wall(time, known) : -1);
    }

    /// <summary>The wall time of a record with all its nanoseconds; negative if it has none.</summary>
    /// <param name="time">The time on the trace clock, or <see cref="CallRecord.NoTime"/>.</param>
    /// <param name="offset">Nanoseconds from the trace clock to Unix time.</param>
    public static long Wall(long time, long offset)
    {
        var unix = unchecked(time + offset);
        // The sum has another sign than both numbers if it is none of 64 bits.
        return time == CallRecord.NoTime || ((time ^ unix) & (offset ^ unix)) < 0 ? -1 : unix;
    }

    /// <summary>Adds a time of the trace clock, or none.</summary>
    public static void AddClock(TableChunk chunk, long time)
    {
        if (time == CallRecord.NoTime) chunk.AddNull();
        else chunk.Add(time);
    }

    /// <summary>Adds a number that is -1 if it is not known.</summary>
    public static void AddKnown(TableChunk chunk, int number)
    {
        if (number < 0) chunk.AddNull();
        else chunk.Add(number);
    }

    /// <summary>Adds a number that is -1 if it is not known.</summary>
    public static void AddKnown(TableChunk chunk, long number)
    {
        if (number < 0) chunk.AddNull();
        else chunk.Add(number);
    }
}
