namespace KernelMagnifier.Traces.PerfScript;

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
