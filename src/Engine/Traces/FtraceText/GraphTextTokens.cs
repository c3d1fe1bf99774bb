namespace KernelMagnifier.Traces.FtraceText;

/// <summary>What a line means for the nesting of calls.</summary>
internal enum GraphTokenKind : byte
{
    /// <summary><c>f();</c></summary>
    Leaf,

    /// <summary><c>f() {</c></summary>
    Open,

    /// <summary><c>}</c></summary>
    Close,

    /// <summary>An interrupt begins: the next call of this CPU is its handler.</summary>
    Interrupt,

    /// <summary>The CPU goes from <see cref="GraphToken.Other"/> to <see cref="GraphToken.Task"/>.</summary>
    Switch,

    /// <summary>Events of the CPU are missing here.</summary>
    Lost,

    /// <summary>An event of another kind whose text goes on in the next line.</summary>
    OpenEvent,

    /// <summary>A line that is understood and has no part in the nesting.</summary>
    Aside,

    /// <summary>A line that is none of these; <see cref="GraphToken.Other"/> is its place in <see cref="GraphTokens.Unread"/>.</summary>
    Unread,
}

/// <summary>One line of function_graph text, as far as nesting goes.</summary>
internal struct GraphToken
{
    public long Time;

    /// <summary>Nanoseconds, or <see cref="CallRecord.NoDuration"/>.</summary>
    public long Duration;

    /// <summary>The function; 0 for a closing brace that does not name it.</summary>
    public int Function;

    /// <summary>The function returned to where the line tells (funcgraph-retaddr), or see <see cref="Kind"/>.</summary>
    public int Other;

    public int Task;
    public int Cpu;
    public short Depth;
    public GraphTokenKind Kind;
    public ExecutionContext Context;
}

/// <summary>A line that is none of function_graph text.</summary>
/// <param name="Why">What is told of it.</param>
/// <param name="Sample">Its bytes, or the first of them; null but for the first few of a block.</param>
/// <param name="EndsEvent">Whether it is the last of an event's text, should one be open.</param>
internal readonly record struct UnreadLine(string Why, byte[]? Sample, bool EndsEvent);

/// <summary>The lines of a block that matter for nesting.</summary>
internal sealed class GraphTokens
{
    private GraphToken[] _items = new GraphToken[16 * 1024];

    public int Count { get; private set; }

    public ReadOnlySpan<GraphToken> Items => _items.AsSpan(0, Count);

    /// <summary>Lines that were not read.</summary>
    public List<UnreadLine> Unread { get; } = [];

    /// <summary>The first line of the block, how many tokens it gave and what was counted in it: it may be the second half of a task's name. Null when it is the first half.</summary>
    public byte[]? FirstLine { get; set; }

    public int FirstLineTokens { get; set; }

    public TraceStatistics FirstLineCounts { get; set; } = new();

    /// <summary>The last line when it may be the first half of one: the next block begins with the rest of it, or it is read alone.</summary>
    public byte[]? Tail { get; set; }

    /// <summary>The next token to fill; call <see cref="Keep"/> when it is.</summary>
    public ref GraphToken Next()
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
