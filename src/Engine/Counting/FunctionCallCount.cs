using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>The number of calls of a function, or of another group that calls were counted by.</summary>
public sealed class FunctionCallCount
{
    internal FunctionCallCount(CallGrouping grouping, CallTally.Group group, TraceInfo? trace)
    {
        (Grouping, Calls, Trace) = (grouping, group.Count, trace);
        // Without a function, the calls are nested in each other, and the sum of their times counts the same time many times.
        TotalNanoseconds = (grouping & CallGrouping.Edge) == 0 ? CallRecord.NoDuration : group.Total;
        SelfNanoseconds = group.Self;
        if (grouping.HasFlag(CallGrouping.Function)) FunctionSymbol = group.Function;
        if (grouping.HasFlag(CallGrouping.Caller)) CallerSymbol = group.Caller;
        if (grouping.HasFlag(CallGrouping.Task)) (Comm, ProcessId) = (group.Task.Comm, group.Task.ProcessId);
        if (grouping.HasFlag(CallGrouping.Context)) Context = group.Context;
        if (grouping.HasFlag(CallGrouping.Cpu)) Cpu = group.Cpu;
    }

    /// <summary>The called function; null if calls were not counted by function.</summary>
    public string? Function => FunctionSymbol?.Name;

    /// <summary>The number of calls.</summary>
    public long Calls { get; }

    /// <summary>
    /// The microseconds in the function and its callees; null if the recording has no durations, and if calls were counted neither
    /// by function nor by caller, because the calls of such a group are nested in each other. Recursive calls count at each level.
    /// </summary>
    public double? TotalTime => TotalNanoseconds < 0 ? null : TotalNanoseconds / 1000.0;

    /// <summary>
    /// The microseconds in the functions themselves, without their callees; null if the recording has no durations.
    /// </summary>
    public double? SelfTime => SelfNanoseconds < 0 ? null : SelfNanoseconds / 1000.0;

    /// <summary>The calling function; null if calls were not counted by caller.</summary>
    public string? Caller => CallerSymbol?.Name;

    /// <summary>The name of the task; null if calls were not counted by task.</summary>
    public string? Comm { get; }

    /// <summary>The pid of the task; null if calls were not counted by task.</summary>
    public int? ProcessId { get; }

    /// <summary>The execution context; null if calls were not counted by context.</summary>
    public ExecutionContext? Context { get; }

    /// <summary>The CPU; null if calls were not counted by CPU.</summary>
    public int? Cpu { get; }

    /// <summary>The module of <see cref="Function"/>; null if the function is built into the kernel.</summary>
    public string? Module => FunctionSymbol?.Module;

    /// <summary>The source file of <see cref="Function"/>; null if no symbol map contains it.</summary>
    public string? SourceFile => FunctionSymbol?.SourceFile;

    /// <summary>The source line of <see cref="Function"/>; null if no symbol map contains it.</summary>
    public int? SourceLine => FunctionSymbol?.SourceLine;

    internal CallGrouping Grouping { get; }

    internal FunctionSymbol? FunctionSymbol { get; }

    internal FunctionSymbol? CallerSymbol { get; }

    internal long TotalNanoseconds { get; }

    internal long SelfNanoseconds { get; }

    internal TraceInfo? Trace { get; }

    /// <summary>The collector that also counted what a report needs; null if there is none.</summary>
    internal CallCollector? Source { get; set; }

    /// <inheritdoc/>
    public override string ToString()
        => $"{Function ?? Caller ?? Comm ?? Context?.ToString() ?? Cpu?.ToString(CultureInfo.InvariantCulture)}: {Calls}";
}
