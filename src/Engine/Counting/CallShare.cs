using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// The calls of an edge in one task and execution context. The task is <see cref="KernelTask.Unknown"/> if tasks were not
/// counted.
/// </summary>
internal readonly record struct CallShare(
    FunctionSymbol Caller, FunctionSymbol Callee, KernelTask Task, ExecutionContext Context, long Calls)
{
    /// <summary>The names that <see cref="Stack"/> refers to; null if calls were not counted by stack.</summary>
    public CallNames? Names { get; init; }

    /// <summary>The stack of the calls in <see cref="CallNames.Stacks"/>.</summary>
    public int Stack { get; init; }
}
