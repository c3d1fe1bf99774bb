namespace KernelMagnifier.Traces.PerfScript;

/// <summary>What a line of perf script text is.</summary>
internal enum PerfTokenKind : byte
{
    /// <summary>The first line of a sample.</summary>
    Sample,

    /// <summary>A kernel function of the call chain.</summary>
    Kernel,

    /// <summary>Any other frame: user space, or a kernel address without a symbol. The chain of kernel functions is broken here.</summary>
    Foreign,

    /// <summary>The end of a sample.</summary>
    Blank,

    /// <summary>A line that says nothing of calls.</summary>
    Aside,

    /// <summary>None of these: the rest of an event's text, or no perf script at all.</summary>
    Unread,
}

/// <summary>One line of perf script text.</summary>
internal struct PerfToken
{
    public long Time;

    /// <summary>The function; or the place of an unread line in <see cref="PerfTokens.Unread"/>.</summary>
    public int Function;

    public int Task;
    public int Cpu;
    public PerfTokenKind Kind;
    public bool HasTime;

    /// <summary>The line before holds the first half of the task's name.</summary>
    public bool NameBegan;

    /// <summary>The event's name, where the line gives it.</summary>
    public string? Event;
}

/// <summary>The lines of a block.</summary>
internal sealed class PerfTokens
{
    public List<PerfToken> Items { get; } = [];

    /// <summary>The first few unread lines.</summary>
    public List<byte[]> Unread { get; } = [];

    public void Clear()
    {
        Items.Clear();
        Unread.Clear();
    }
}
