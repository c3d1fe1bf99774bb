namespace KernelMagnifier.Model;

/// <summary>The fields of a <see cref="CallRecord"/> that are needed. A reader may skip the others to save time.</summary>
[Flags]
internal enum CallFields
{
    /// <summary>Function and caller, which are always set.</summary>
    Edge = 0,

    /// <summary><see cref="CallRecord.Time"/>.</summary>
    Time = 1,

    /// <summary><see cref="CallRecord.Task"/>.</summary>
    Task = 2,

    /// <summary><see cref="CallRecord.Cpu"/>.</summary>
    Cpu = 4,

    /// <summary><see cref="CallRecord.Context"/>.</summary>
    Context = 8,

    /// <summary>
    /// <see cref="CallRecord.Duration"/>, <see cref="CallRecord.SelfDuration"/> and <see cref="CallRecord.Depth"/>.
    /// </summary>
    Duration = 16,

    /// <summary><see cref="CallRecord.Stack"/>.</summary>
    Stack = 32,

    /// <summary>All fields.</summary>
    All = Time | Task | Cpu | Context | Duration | Stack,
}
