namespace KernelMagnifier.Model;

/// <summary>
/// How many distinct things of a recording are kept apart, so that no recording can exhaust memory: each limit is
/// far above what recordings of real kernels hold. What is beyond a limit is counted together, and a warning says so.
/// </summary>
/// <remarks>
/// The limits of rows are a little below half a power of two, from which on hash tables double.
/// </remarks>
internal sealed record StateBudget
{
    /// <summary>The budget of a reading.</summary>
    public static readonly StateBudget Default = new();

    /// <summary>
    /// Functions. A kernel with all its modules has about 150,000; a recording of seven million calls holds about 2,400.
    /// </summary>
    public int Functions { get; init; } = 250_000;

    /// <summary>Pairs of a pid and a name.</summary>
    public int Tasks { get; init; } = 250_000;

    /// <summary>
    /// Characters of the names of functions and of several candidates for their source, and as many bytes of their spellings in
    /// text. The names of a whole kernel have 4 MB.
    /// </summary>
    public int NameBytes { get; init; } = 16 << 20;

    /// <summary>
    /// Rows of one table of counts: functions, edges, tasks, or their combinations. A recording of seven million calls has 5,000
    /// edges, and 120,000 combinations of edge, task, context and CPU.
    /// </summary>
    public int Counts { get; init; } = 500_000;

    /// <summary>
    /// Rows of one table of counts by call stack. A function_graph recording of 20 million calls has about a million stacks.
    /// </summary>
    public int StackCounts { get; init; } = 2_000_000;

    /// <summary>Stacks of a profile, of all tasks together.</summary>
    public int ProfileStacks { get; init; } = 2_000_000;

    /// <summary>Tasks whose open calls are kept, and the calls that have room in the stacks of all of them.</summary>
    public int OpenTasks { get; init; } = 100_000;

    /// <inheritdoc cref="OpenTasks"/>
    public int OpenCalls { get; init; } = 1_000_000;
}
