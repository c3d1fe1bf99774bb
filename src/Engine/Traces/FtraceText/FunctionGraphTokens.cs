using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The lines of a block that matter for nesting.</summary>
internal sealed class FunctionGraphTokens
{
    private FunctionGraphToken[] _items = new FunctionGraphToken[16 * 1024];

    public int Count { get; private set; }

    public ReadOnlySpan<FunctionGraphToken> Items => _items.AsSpan(0, Count);

    /// <summary>Lines that were not read.</summary>
    public List<UnreadLine> Unread { get; } = [];

    /// <summary>The first line of the block, how many tokens it gave and what was counted in it: it may be the second half of a task's name. Null when it is the first half.</summary>
    public byte[]? FirstLine { get; set; }

    public int FirstLineTokens { get; set; }

    public TraceStatistics FirstLineCounts { get; set; } = new();

    /// <summary>The last line when it may be the first half of one: the next block begins with the rest of it, or it is read alone.</summary>
    public byte[]? Tail { get; set; }

    /// <summary>The next token to fill; call <see cref="Keep"/> when it is.</summary>
    public ref FunctionGraphToken Next()
    {
        if (Count == _items.Length) Array.Resize(ref _items, Count * 2);
        return ref _items[Count];
    }

    public void Keep() => Count++;

    public void Clear()
    {
        Count = 0;
        Unread.Clear();
        (FirstLine, FirstLineTokens, FirstLineCounts, Tail) = (null, 0, new TraceStatistics(), null);
    }
}
