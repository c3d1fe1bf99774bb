using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>Calls of one edge in one task and context; <see cref="KernelTask.Unknown"/> where tasks were not counted.</summary>
internal readonly record struct CallShare(FunctionSymbol Caller, FunctionSymbol Callee, KernelTask Task, ExecutionContext Context, long Calls);
