namespace KernelMagnifier.Model;

/// <summary>The names of execution contexts.</summary>
internal static class ExecutionContextNames
{
    /// <summary>
    /// The name; null for <see cref="ExecutionContext.Unknown"/>. Objects hold the name instead of the value, because
    /// ConvertTo-Json writes values as numbers.
    /// </summary>
    public static string? KnownName(this ExecutionContext context) => context switch
    {
        ExecutionContext.Task => nameof(ExecutionContext.Task),
        ExecutionContext.SoftIrq => nameof(ExecutionContext.SoftIrq),
        ExecutionContext.HardIrq => nameof(ExecutionContext.HardIrq),
        ExecutionContext.Nmi => nameof(ExecutionContext.Nmi),
        _ => null,
    };
}
