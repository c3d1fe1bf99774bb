namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The calls that a task is in.</summary>
internal sealed class TaskStack
{
    /// <summary>A number of its own, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The execution context, where one task's contexts are followed apart; else <see cref="ExecutionContext.Unknown"/>.</summary>
    public required ExecutionContext Context { get; init; }

    /// <summary>The CPU; -1 unless it is the CPU that tells this stack from others.</summary>
    public required int Cpu { get; init; }

    /// <summary>The task, as an id of the recording's names.</summary>
    public int Task { get; set; }

    /// <summary>The open calls, outermost first.</summary>
    public List<StackFrame> Frames { get; } = [];

    /// <summary>The latest time seen here.</summary>
    public long Last { get; set; }

    /// <summary>What whoever follows the stacks keeps with it.</summary>
    public int Node { get; set; }
}
