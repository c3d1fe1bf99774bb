using KernelMagnifier.Counting;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>
/// Counts that were converted from other objects. A part without a value in one of them was counted by if another one has a
/// value, so that is decided after the last one.
/// </summary>
internal sealed class ConvertedCounts
{
    private readonly List<(CallTally.Group Group, CallGrouping? By)> _counts = [];
    private CallGrouping _known;

    /// <summary>Adds a count.</summary>
    public void Add(InputProperties input, in CallTally.Group group)
    {
        var by = CountGroupings.Of(input);
        if (by is null) _known |= CountGroupings.KnownIn(in group);
        _counts.Add((group, by));
    }

    /// <summary>All counts, in the order of their arrival.</summary>
    public IEnumerable<FunctionCallCount> All()
        => _counts.Select(count => new FunctionCallCount(count.By ?? _known, count.Group, null));
}
