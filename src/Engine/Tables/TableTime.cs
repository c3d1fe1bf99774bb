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
        if (offset is { } known && time != CallRecord.NoTime && time + (Int128)known is var unix && unix >= 0
            && unix <= long.MaxValue)
            chunk.Add((long)unix);
        else chunk.AddNull();
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
