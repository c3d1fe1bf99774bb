using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>A caller and a callee with the number of calls between them.</summary>
public sealed class CallEdge
{
    /// <summary>Creates an edge that does not come from a recording.</summary>
    /// <param name="caller">The calling function; null if not known.</param>
    /// <param name="callee">The called function.</param>
    /// <param name="count">The number of calls.</param>
    /// <exception cref="ArgumentException">The callee is null or empty, or the number of calls is not possible.</exception>
    public CallEdge(string? caller, string callee, long count)
    {
        ArgumentException.ThrowIfNullOrEmpty(callee);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, CallLimits.MostCalls);
        CallerSymbol = string.IsNullOrEmpty(caller) ? FunctionSymbol.Unknown : new FunctionSymbol(0, caller, null, null, []);
        CalleeSymbol = new FunctionSymbol(0, callee, null, null, []);
        (Count, TotalNanoseconds, SelfNanoseconds) = (count, CallRecord.NoDuration, CallRecord.NoDuration);
    }

    internal CallEdge(FunctionSymbol caller, FunctionSymbol callee, long count, long total, long self, TraceContext? origin,
        IReadOnlyList<StackShare>? stacks = null)
    {
        (CallerSymbol, CalleeSymbol, Count, Origin) = (caller, callee, count, origin);
        (TotalNanoseconds, SelfNanoseconds, Stacks) = (total, self, stacks);
    }

    /// <summary>The calling function; null if the recording does not contain it.</summary>
    public string? Caller => CallerSymbol.KnownName;

    /// <summary>The called function.</summary>
    public string Callee => CalleeSymbol.Name;

    /// <summary>The number of calls.</summary>
    public long Count { get; }

    /// <summary>
    /// The microseconds spent in the callee and its own callees when this caller called it; null if the recording has no
    /// durations.
    /// </summary>
    public double? TotalTime => TotalNanoseconds < 0 ? null : TotalNanoseconds / 1000.0;

    /// <summary>
    /// The microseconds spent in the callee itself when this caller called it; null if the recording has no durations.
    /// </summary>
    public double? SelfTime => SelfNanoseconds < 0 ? null : SelfNanoseconds / 1000.0;

    /// <summary>The module of <see cref="Caller"/>; null if the function is built into the kernel.</summary>
    public string? CallerModule => CallerSymbol.Module;

    /// <summary>The module of <see cref="Callee"/>; null if the function is built into the kernel.</summary>
    public string? CalleeModule => CalleeSymbol.Module;

    /// <summary>The source file of <see cref="Caller"/>; null if no symbol map contains it.</summary>
    public string? CallerSourceFile => CallerSymbol.SourceFile;

    /// <summary>The source line of <see cref="Caller"/>; null if no symbol map contains it.</summary>
    public int? CallerSourceLine => CallerSymbol.SourceLine;

    /// <summary>The source file of <see cref="Callee"/>; null if no symbol map contains it.</summary>
    public string? CalleeSourceFile => CalleeSymbol.SourceFile;

    /// <summary>The source line of <see cref="Callee"/>; null if no symbol map contains it.</summary>
    public int? CalleeSourceLine => CalleeSymbol.SourceLine;

    /// <summary>
    /// How it is known which calls ran below others, as the name of a <see cref="CallNesting"/>: what -Root and call trees rely on.
    /// </summary>
    public string Nesting => NestedBy.ToString();

    /// <summary>
    /// The recording: the path of its file as it was opened, or <c>-</c> for standard input; null if the calls come from several.
    /// </summary>
    public string? Recording => Origin?.Source.Name;

    internal CallNesting NestedBy => Stacks is null ? CallNesting.Caller : CallNesting.Stack;

    internal FunctionSymbol CallerSymbol { get; }

    internal FunctionSymbol CalleeSymbol { get; }

    internal long TotalNanoseconds { get; }

    internal long SelfNanoseconds { get; }

    /// <summary>The calls by their stacks; null if stacks are not known or were not counted.</summary>
    internal IReadOnlyList<StackShare>? Stacks { get; }

    /// <summary>The recordings and the filter that the calls come from; null if they come from none.</summary>
    internal TraceContext? Origin { get; }

    /// <summary>The recording; null while it is being read, and if the calls come from several.</summary>
    internal TraceInfo? Trace => Origin?.Source.Info;

    /// <summary>The recordings that were read to their end.</summary>
    internal IEnumerable<TraceInfo> Traces => Origin?.Source.Parts.Select(part => part.Info).OfType<TraceInfo>() ?? [];

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Caller} -> {Callee}: {Count}");
}
