namespace KernelMagnifier.Traces.PerfScript;

/// <summary>One line of perf script text.</summary>
internal struct PerfToken
{
    /// <summary>Nanoseconds, if <see cref="HasTime"/>.</summary>
    public long Time;

    /// <summary>
    /// Id of the function of a kernel frame; for a line that cannot be parsed, its index in <see cref="PerfTokens.NotParsed"/>.
    /// </summary>
    public int Function;

    /// <summary>Id of the task of a sample; 0 if not known.</summary>
    public int Task;

    /// <summary>The CPU of a sample; -1 if not known.</summary>
    public int Cpu;

    /// <summary>What the line is.</summary>
    public PerfTokenKind Kind;

    /// <summary>Whether the sample has a time.</summary>
    public bool HasTime;

    /// <summary>Whether the line before contains the first half of the comm.</summary>
    public bool CommStartsBefore;

    /// <summary>Name of the event of a sample; null if the line has none.</summary>
    public string? Event;
}
