namespace KernelMagnifier.Model;

/// <summary>Caller → callee, with the number of calls over a set of events.</summary>
public sealed class CallEdge
{
    internal CallEdge(FunctionSymbol caller, FunctionSymbol callee, long count, long total, long self, TraceContext? origin)
    {
        (CallerSymbol, CalleeSymbol, Count, Origin) = (caller, callee, count, origin);
        (TotalNanoseconds, SelfNanoseconds) = (total, self);
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

    /// <summary>The recording and the filter that the calls come from; null if they come from several.</summary>
    internal TraceContext? Origin { get; }

    /// <summary>The recording; null while it is read, and if the calls come from several.</summary>
    internal TraceInfo? Trace => Origin?.Source.Info;

    /// <inheritdoc/>
    public override string ToString() => $"{Caller} -> {Callee}: {Count}";
}
