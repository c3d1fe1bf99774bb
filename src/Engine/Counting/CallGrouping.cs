namespace KernelMagnifier.Counting;

/// <summary>What calls are counted by. Combined values count each combination.</summary>
[Flags]
public enum CallGrouping
{
    /// <summary>One count of all calls.</summary>
    None = 0,

    /// <summary>By called function.</summary>
    Function = 1,

    /// <summary>By calling function.</summary>
    Caller = 2,

    /// <summary>By task (pid and name).</summary>
    Task = 4,

    /// <summary>By execution context.</summary>
    Context = 8,

    /// <summary>By CPU.</summary>
    Cpu = 16,

    /// <summary>By recording.</summary>
    Recording = 32,

    /// <summary>By call edge.</summary>
    Edge = Function | Caller,
}
