namespace KernelMagnifier.Model;

/// <summary>The properties of a call that a recording can lack, and that a table shows only if they are known.</summary>
[Flags]
internal enum CallColumns : byte
{
    /// <summary>Only the function is known.</summary>
    None = 0,

    /// <summary>Timestamp.</summary>
    Time = 1,

    /// <summary>CPU.</summary>
    Cpu = 2,

    /// <summary>Comm and pid.</summary>
    Comm = 4,

    /// <summary>Execution context.</summary>
    Context = 8,

    /// <summary>Caller.</summary>
    Caller = 16,

    /// <summary>Nesting depth.</summary>
    Depth = 32,

    /// <summary>Duration.</summary>
    Duration = 64,

    /// <summary>The columns of the function tracer, which the view of <see cref="CallEvent"/> itself shows.</summary>
    FunctionTracer = Time | Cpu | Comm | Context | Caller,
}
