using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Counting;

/// <summary>The number of calls of a function, or of another group that calls were counted by.</summary>
public sealed class FunctionCallCount
{
    /// <summary>Creates a count of the calls of a function that does not come from a recording.</summary>
    /// <param name="function">The called function.</param>
    /// <param name="calls">The number of calls.</param>
    /// <exception cref="ArgumentException">The function is null or empty, or the number of calls is not possible.</exception>
    public FunctionCallCount(string function, long calls)
    {
        ArgumentException.ThrowIfNullOrEmpty(function);
        ArgumentOutOfRangeException.ThrowIfLessThan(calls, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(calls, CallLimits.MostCalls);
        Grouping = CallGrouping.Function;
        Group = new CallTally.Group(
            new FunctionSymbol(0, function, null, null, []), FunctionSymbol.Unknown, KernelTask.Unknown, ExecutionContext.Unknown,
            -1, calls, CallRecord.NoDuration, CallRecord.NoDuration);
    }

    internal FunctionCallCount(CallGrouping grouping, CallTally.Group group, TraceInfo? trace)
        => (Grouping, Group, Trace) = (grouping, group.ReduceTo(grouping), trace);

    /// <summary>The called function; null if calls were not counted by function.</summary>
    public string? Function => Group.Function.KnownName;

    /// <summary>The number of calls.</summary>
    public long Calls => Group.Count;

    /// <summary>
    /// The microseconds in the function and its callees; null if the recording has no durations, and if calls were not counted
    /// by function, because the calls of such a group are nested in each other. Recursive calls count at each level.
    /// </summary>
    public double? TotalTime => TotalNanoseconds < 0 ? null : TotalNanoseconds / 1000.0;

    /// <summary>
    /// The microseconds in the functions themselves, without their callees; null if the recording has no durations.
    /// </summary>
    public double? SelfTime => SelfNanoseconds < 0 ? null : SelfNanoseconds / 1000.0;

    /// <summary>The calling function; null if not known, or if calls were not counted by caller.</summary>
    public string? Caller => Group.Caller.KnownName;

    /// <summary>The name of the task; null if not known, or if calls were not counted by task.</summary>
    public string? Comm => Group.Task.KnownComm;

    /// <summary>The pid of the task; null if not known, or if calls were not counted by task.</summary>
    public int? ProcessId => Group.Task.KnownProcessId;

    /// <summary>
    /// The execution context, as the name of an <see cref="ExecutionContext"/>; null if not known, or if calls were not counted by
    /// context.
    /// </summary>
    public string? Context => Group.Context.KnownName();

    /// <summary>The CPU; null if not known, or if calls were not counted by CPU.</summary>
    public int? Cpu => Group.Cpu < 0 ? null : Group.Cpu;

    /// <summary>The module of <see cref="Function"/>; null if the function is built into the kernel.</summary>
    public string? Module => FunctionSymbol?.Module;

    /// <summary>The source file of <see cref="Function"/>; null if no symbol map contains it.</summary>
    public string? SourceFile => FunctionSymbol?.SourceFile;

    /// <summary>The source line of <see cref="Function"/>; null if no symbol map contains it.</summary>
    public int? SourceLine => FunctionSymbol?.SourceLine;

    /// <summary>The module of <see cref="Caller"/>; null if the function is built into the kernel.</summary>
    public string? CallerModule => CallerSymbol?.Module;

    /// <summary>The recording; null if calls were not counted by recording.</summary>
    public string? Recording => Group.Recording;

    /// <summary>
    /// The start of the time range in which the calls were made, in seconds or counts of the trace clock; null if calls were not
    /// counted by time range.
    /// </summary>
    public double? From => Window?.Source.ToTimestamp(Window.From);

    /// <summary>The end of that time range, which belongs to the next one.</summary>
    public double? Until => Window?.Source.ToTimestamp(Window.From + Window.Every);

    /// <summary>The time range; null if calls were not counted by time range.</summary>
    internal CallWindow? Window { get; set; }

    internal CallGrouping Grouping { get; }

    /// <summary>The counted calls. What was not counted by is unknown.</summary>
    internal CallTally.Group Group { get; }

    internal FunctionSymbol? FunctionSymbol => Grouping.HasFlag(CallGrouping.Function) ? Group.Function : null;

    internal FunctionSymbol? CallerSymbol => Grouping.HasFlag(CallGrouping.Caller) ? Group.Caller : null;

    // Without a function, the calls are nested in each other, and the sum of their times counts the same time many times.
    internal long TotalNanoseconds => (Grouping & CallGrouping.Function) == 0 ? CallRecord.NoDuration : Group.Total;

    internal long SelfNanoseconds => Group.Self;

    internal TraceInfo? Trace { get; }

    /// <summary>The collector that also counted what a report needs; null if there is none.</summary>
    internal CallCollector? Source { get; set; }

    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape(
            $"{Function ?? Caller ?? Comm ?? Context ?? Cpu?.ToString(CultureInfo.InvariantCulture) ?? Recording}: {Calls}");
}
