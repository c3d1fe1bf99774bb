namespace KernelMagnifier.Model;

/// <summary>The parts of a <see cref="CallRecord"/> somebody reads; a reader may leave the others unset and save their cost.</summary>
[Flags]
public enum CallFields
{
    /// <summary>Function and caller only: always there.</summary>
    Edge = 0,

    /// <summary><see cref="CallRecord.Time"/>.</summary>
    Time = 1,

    /// <summary><see cref="CallRecord.Task"/>.</summary>
    Task = 2,

    /// <summary><see cref="CallRecord.Cpu"/>.</summary>
    Cpu = 4,

    /// <summary><see cref="CallRecord.Context"/>.</summary>
    Context = 8,

    /// <summary><see cref="CallRecord.Duration"/>, <see cref="CallRecord.SelfDuration"/> and <see cref="CallRecord.Depth"/>.</summary>
    Duration = 16,

    /// <summary>Everything.</summary>
    All = Time | Task | Cpu | Context | Duration,
}
