using KernelMagnifier.Selection;

namespace KernelMagnifier.Model;

/// <summary>Caller → callee, with the number of calls over a set of events.</summary>
public sealed class CallEdge
{
    internal CallEdge(FunctionSymbol caller, FunctionSymbol callee, long count, long total, long self, TraceInfo? trace, CallFilter? filter = null)
    {
        (CallerSymbol, CalleeSymbol, Count, Trace) = (caller, callee, count, trace);
        (TotalNanoseconds, SelfNanoseconds, Filter) = (total, self, filter);
    }

    /// <summary>The calling function; empty when the recording does not tell.</summary>
    public string Caller => CallerSymbol.Name;

    /// <summary>The function called.</summary>
    public string Callee => CalleeSymbol.Name;

    /// <summary>How often.</summary>
    public long Count { get; }

    /// <summary>Microseconds spent in the callee for this caller, its own callees included; null when the recording has no durations.</summary>
    public double? TotalTime => TotalNanoseconds < 0 ? null : TotalNanoseconds / 1000.0;

    /// <summary>Microseconds spent in the callee itself for this caller; null when the recording has no durations.</summary>
    public double? SelfTime => SelfNanoseconds < 0 ? null : SelfNanoseconds / 1000.0;

    /// <summary>The module of <see cref="Caller"/>; null for the kernel's core.</summary>
    public string? CallerModule => CallerSymbol.Module;

    /// <summary>The module of <see cref="Callee"/>; null for the kernel's core.</summary>
    public string? CalleeModule => CalleeSymbol.Module;

    /// <summary>Source file of <see cref="Caller"/>, when a symbol map tells.</summary>
    public string? CallerSourceFile => CallerSymbol.SourceFile;

    /// <summary>Source line of <see cref="Caller"/>, when a symbol map tells.</summary>
    public int? CallerSourceLine => CallerSymbol.SourceLine;

    /// <summary>Source file of <see cref="Callee"/>, when a symbol map tells.</summary>
    public string? CalleeSourceFile => CalleeSymbol.SourceFile;

    /// <summary>Source line of <see cref="Callee"/>, when a symbol map tells.</summary>
    public int? CalleeSourceLine => CalleeSymbol.SourceLine;

    internal FunctionSymbol CallerSymbol { get; }

    internal FunctionSymbol CalleeSymbol { get; }

    internal long TotalNanoseconds { get; }

    internal long SelfNanoseconds { get; }

    internal TraceInfo? Trace { get; }

    /// <summary>The filter the calls have passed; null for none.</summary>
    internal CallFilter? Filter { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{Caller} -> {Callee}: {Count}";
}
