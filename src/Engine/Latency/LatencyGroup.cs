namespace KernelMagnifier.Latency;

/// <summary>The intervals of one row: their lengths, and the longest of them.</summary>
/// <param name="store">The room for lengths.</param>
/// <param name="most">How many of the longest intervals are kept.</param>
internal sealed class LatencyGroup<T>(LengthStore store, int most)
{
    // The shortest of the longest; -1 as long as there are fewer than wanted.
    private long _least = most == 0 ? long.MaxValue : -1;

    /// <summary>The lengths.</summary>
    public LengthDistribution Lengths { get; } = new(store);

    /// <summary>The longest intervals, longest first.</summary>
    public List<(long Length, T Interval)> Worst { get; } = [];

    /// <summary>The lengths by time; null if they are not counted by time.</summary>
    public TimeHistogram? Times { get; set; }

    /// <summary>Whether an interval of a length is one of the longest so far.</summary>
    public bool IsWorst(long length) => length > _least;

    /// <summary>Adds one of the longest intervals. Of equal ones, the first remains.</summary>
    public void AddWorst(long length, T interval)
    {
        var at = Worst.Count;
        while (at > 0 && Worst[at - 1].Length < length) at--;
        Worst.Insert(at, (length, interval));
        if (Worst.Count > most) Worst.RemoveAt(most);
        if (Worst.Count == most) _least = Worst[^1].Length;
    }
}
