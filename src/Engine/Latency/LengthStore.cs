namespace KernelMagnifier.Latency;

/// <summary>
/// The room for exact lengths of one measurement, of all its rows together. When it is used up, the rows with the most lengths
/// keep histograms instead, so that memory has a bound and the small rows stay exact.
/// </summary>
/// <param name="most">The most lengths. 16 million take 64 MB.</param>
internal sealed class LengthStore(long most = LengthStore.DefaultMost)
{
    /// <summary>The default room.</summary>
    public const long DefaultMost = 16 << 20;

    private readonly List<LengthDistribution> _holders = [];
    private long _used;

    /// <summary>Takes room for a row. Returns false if the row keeps a histogram now.</summary>
    public bool TryTake(LengthDistribution holder, int lengths)
    {
        if (_used + lengths > most) MakeRoom();
        if (_used + lengths > most) holder.ToHistogram();
        if (!holder.IsExact) return false;
        if (holder.Room == 0) _holders.Add(holder);
        _used += lengths;
        return true;
    }

    /// <summary>Returns the room of a row.</summary>
    public void Release(int lengths) => _used -= lengths;

    /// <summary>Passes the room of one row on to another, which takes over its lengths.</summary>
    public void Move(LengthDistribution from, LengthDistribution to)
    {
        _holders.Remove(from);
        if (to.Room == 0) _holders.Add(to);
    }

    /// <summary>
    /// Half of the room is in rows with at least half of the average, so each time half of the room becomes free at least.
    /// </summary>
    private void MakeRoom()
    {
        _holders.RemoveAll(holder => holder.Room == 0);
        if (_holders.Count == 0) return;
        var least = _used / _holders.Count / 2;
        foreach (var holder in _holders)
            if (holder.Room >= least)
                holder.ToHistogram();
        _holders.RemoveAll(holder => holder.Room == 0);
    }
}
