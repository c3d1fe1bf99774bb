using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>How often something was called: a function, or whatever else the calls were counted by.</summary>
public sealed class FunctionCallCount
{
    internal FunctionCallCount(CallGrouping grouping, CallTally.Group group, TraceInfo? trace)
    {
        (Grouping, Calls, Trace) = (grouping, group.Count, trace);
        (TotalNanoseconds, SelfNanoseconds) = (group.Total, group.Self);
        if (grouping.HasFlag(CallGrouping.Function)) FunctionSymbol = group.Function;
        if (grouping.HasFlag(CallGrouping.Caller)) CallerSymbol = group.Caller;
        if (grouping.HasFlag(CallGrouping.Task)) (Comm, ProcessId) = (group.Task.Comm, group.Task.ProcessId);
        if (grouping.HasFlag(CallGrouping.Context)) Context = group.Context;
        if (grouping.HasFlag(CallGrouping.Cpu)) Cpu = group.Cpu;
    }

    /// <summary>The function called; null when not counted by function.</summary>
    public string? Function => FunctionSymbol?.Name;

    /// <summary>How often.</summary>
    public long Calls { get; }

    /// <summary>Microseconds in the function, its callees included; null when the recording has no durations. Recursion counts once per level.</summary>
    public double? TotalTime => TotalNanoseconds < 0 ? null : TotalNanoseconds / 1000.0;

    /// <summary>Microseconds in the function itself; null when the recording has no durations.</summary>
    public double? SelfTime => SelfNanoseconds < 0 ? null : SelfNanoseconds / 1000.0;

    /// <summary>The calling function; null when not counted by caller.</summary>
    public string? Caller => CallerSymbol?.Name;

    /// <summary>The task's name; null when not counted by task.</summary>
    public string? Comm { get; }

    /// <summary>The task's pid; null when not counted by task.</summary>
    public int? ProcessId { get; }

    /// <summary>The execution context; null when not counted by context.</summary>
    public ExecutionContext? Context { get; }

    /// <summary>The CPU; null when not counted by CPU.</summary>
    public int? Cpu { get; }

    /// <summary>The module of <see cref="Function"/>; null for the kernel's core.</summary>
    public string? Module => FunctionSymbol?.Module;

    /// <summary>Source file of <see cref="Function"/>, when a symbol map tells.</summary>
    public string? SourceFile => FunctionSymbol?.SourceFile;

    /// <summary>Source line of <see cref="Function"/>, when a symbol map tells.</summary>
    public int? SourceLine => FunctionSymbol?.SourceLine;

    internal CallGrouping Grouping { get; }

    internal FunctionSymbol? FunctionSymbol { get; }

    internal FunctionSymbol? CallerSymbol { get; }

    internal long TotalNanoseconds { get; }

    internal long SelfNanoseconds { get; }

    internal TraceInfo? Trace { get; }

    /// <summary>What was counted beside it, for a report; null when nothing was.</summary>
    internal CallCollector? Source { get; set; }

    /// <inheritdoc/>
    public override string ToString() => $"{Function ?? Caller ?? Comm ?? Context?.ToString() ?? Cpu?.ToString(System.Globalization.CultureInfo.InvariantCulture)}: {Calls}";
}
