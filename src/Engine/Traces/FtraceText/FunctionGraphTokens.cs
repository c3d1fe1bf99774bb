using System.Runtime.CompilerServices;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The tokens of one block of function_graph text.</summary>
internal sealed class FunctionGraphTokens
{
    private FunctionGraphToken[] _items = new FunctionGraphToken[4096];

    public int Count { get; private set; }

    public ReadOnlySpan<FunctionGraphToken> Items => _items.AsSpan(0, Count);

    /// <summary>The lines that cannot be parsed.</summary>
    public List<NotParsedLine> NotParsed { get; } = [];

    /// <summary>The texts of events, and of lines that can belong to them.</summary>
    public FunctionGraphEventTexts Events { get; } = new();

    /// <summary>
    /// The first line of the block, which can be the second half of a line that the block before ends with (see
    /// <see cref="Tail"/>); null if it is itself the first half of a line.
    /// </summary>
    public byte[]? FirstLine { get; set; }

    /// <summary>Number of tokens from <see cref="FirstLine"/>.</summary>
    public int FirstLineTokens { get; set; }

    /// <summary>What was counted for <see cref="FirstLine"/>.</summary>
    public TraceStatistics FirstLineCounts { get; set; } = new();

    /// <summary>
    /// The last line of the block if it can be the first half of a line, whose second half is in the next block.
    /// </summary>
    public byte[]? Tail { get; set; }

    /// <summary>The token to fill next. It becomes part of the block with <see cref="Keep"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref FunctionGraphToken Next()
    {
        if (Count == _items.Length) Grow();
        return ref _items[Count];
    }

    /// <summary>Adds the token that <see cref="Next"/> returned.</summary>
    public void Keep() => Count++;

    /// <summary>Prepares for another block.</summary>
    public void Clear()
    {
        Count = 0;
        NotParsed.Clear();
        Events.Clear();
        (FirstLine, FirstLineTokens, FirstLineCounts, Tail) = (null, 0, new TraceStatistics(), null);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Grow() => Array.Resize(ref _items, Count * 2);
}
