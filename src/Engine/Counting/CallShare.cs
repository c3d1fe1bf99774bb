using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>
/// The calls of an edge in one task and execution context. The task is <see cref="KernelTask.Unknown"/> if tasks were not
/// counted.
/// </summary>
internal readonly record struct CallShare(
    FunctionSymbol Caller, FunctionSymbol Callee, KernelTask Task, ExecutionContext Context, long Calls);
