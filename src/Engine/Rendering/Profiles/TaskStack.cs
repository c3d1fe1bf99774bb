namespace KernelMagnifier.Rendering.Profiles;

/// <summary>The open calls of a task.</summary>
internal sealed class TaskStack
{
    /// <summary>The number of the stack, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The execution context if the task has a stack per context; else <see cref="ExecutionContext.Unknown"/>.</summary>
    public required ExecutionContext Context { get; init; }

    /// <summary>The CPU if it distinguishes this stack from others; else -1.</summary>
    public required int Cpu { get; init; }

    /// <summary>The id of the task.</summary>
    public int Task { get; set; }

    /// <summary>The open calls, outermost first.</summary>
    public List<StackFrame> Frames { get; } = [];

    /// <summary>The latest time on this stack, in nanoseconds or counts.</summary>
    public long Last { get; set; }

    /// <summary>A value for the class that derives from <see cref="CallStacks"/>.</summary>
    public int Node { get; set; }
}
