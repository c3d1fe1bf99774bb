namespace KernelMagnifier.Counting;

/// <summary>What calls are counted by; combine to count per combination.</summary>
[Flags]
public enum CallGrouping
{
    /// <summary>One count for everything.</summary>
    None = 0,

    /// <summary>Per called function.</summary>
    Function = 1,

    /// <summary>Per calling function.</summary>
    Caller = 2,

    /// <summary>Per task (pid and comm).</summary>
    Task = 4,

    /// <summary>Per execution context.</summary>
    Context = 8,

    /// <summary>Per CPU.</summary>
    Cpu = 16,

    /// <summary>Per call edge.</summary>
    Edge = Function | Caller,
}
