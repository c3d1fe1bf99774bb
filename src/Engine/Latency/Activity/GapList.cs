namespace KernelMagnifier.Latency.Activity;

/// <summary>
/// When events were lost: for what was known last before a loss, until when it is certain. Grows with the losses to a limit; beyond
/// it the oldest answers are earlier than they could be.
/// </summary>
internal sealed class GapList
{
    private const int Most = 4096;

    // The last event before the earliest gap that ends at or after a loss; both rise.
    private readonly List<(int Loss, long From)> _gaps = [];

    /// <summary>The number of losses.</summary>
    public int Count { get; private set; }

    /// <summary>Adds a loss.</summary>
    /// <param name="from">The last event before it.</param>
    public void Add(long from)
    {
        while (_gaps.Count > 0 && _gaps[^1].From >= from) _gaps.RemoveAt(_gaps.Count - 1);
        _gaps.Add((Count++, from));
        if (_gaps.Count <= Most) return;
        _gaps[1] = (_gaps[1].Loss, _gaps[0].From);
        _gaps.RemoveAt(0);
    }

    /// <summary>The last event before all losses from a number on; null if there were no more.</summary>
    public long? From(int loss)
    {
        if (loss >= Count) return null;
        var (low, high) = (0, _gaps.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_gaps[middle].Loss >= loss) high = middle;
            else low = middle + 1;
        }
        return _gaps[low].From;
    }
}
