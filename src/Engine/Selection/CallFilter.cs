using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// Which calls: one model for every face of the tool. Within one list any entry may match; across lists all must.
/// An empty list asks nothing. Names take wildcards (<see cref="Glob"/>); case matters.
/// </summary>
public sealed record CallFilter
{
    /// <summary>Called functions.</summary>
    public IReadOnlyList<string> Function { get; init; } = [];

    /// <summary>Calling functions.</summary>
    public IReadOnlyList<string> Caller { get; init; } = [];

    /// <summary>
    /// Parts of source paths (<c>net/</c>), or whole paths with wildcards (<c>net/ipv4/tcp*.c</c>). A call is kept when either
    /// its function or its caller is defined there; with <see cref="Strict"/> when both are. Needs a symbol map.
    /// </summary>
    public IReadOnlyList<string> SourcePath { get; init; } = [];

    /// <summary>Asks both ends of a call to match <see cref="SourcePath"/>.</summary>
    public bool Strict { get; init; }

    /// <summary>Modules of the called function; <c>kernel</c> is what is built in.</summary>
    public IReadOnlyList<string> Module { get; init; } = [];

    /// <summary>CPUs.</summary>
    public IReadOnlyList<int> Cpu { get; init; } = [];

    /// <summary>Pids, as the kernel counts them (one per thread), or thread group ids where the recording has those.</summary>
    public IReadOnlyList<int> ProcessId { get; init; } = [];

    /// <summary>Task names.</summary>
    public IReadOnlyList<string> Comm { get; init; } = [];

    /// <summary>Execution contexts.</summary>
    public IReadOnlyList<ExecutionContext> Context { get; init; } = [];

    /// <summary>From this timestamp on, in the recording's own clock (seconds, or counts).</summary>
    public double? Since { get; init; }

    /// <summary>Up to and with this timestamp.</summary>
    public double? Until { get; init; }

    /// <summary>Called functions to leave out.</summary>
    public IReadOnlyList<string> ExcludeFunction { get; init; } = [];

    /// <summary>Calling functions to leave out.</summary>
    public IReadOnlyList<string> ExcludeCaller { get; init; } = [];

    /// <summary>Source paths to leave out: a call goes when its function is defined there.</summary>
    public IReadOnlyList<string> ExcludeSourcePath { get; init; } = [];

    /// <summary>Modules to leave out.</summary>
    public IReadOnlyList<string> ExcludeModule { get; init; } = [];

    /// <summary>CPUs to leave out.</summary>
    public IReadOnlyList<int> ExcludeCpu { get; init; } = [];

    /// <summary>Pids to leave out.</summary>
    public IReadOnlyList<int> ExcludeProcessId { get; init; } = [];

    /// <summary>Task names to leave out.</summary>
    public IReadOnlyList<string> ExcludeComm { get; init; } = [];

    /// <summary>Execution contexts to leave out.</summary>
    public IReadOnlyList<ExecutionContext> ExcludeContext { get; init; } = [];

    /// <summary>Only calls reachable from these functions in the graph of the calls that pass the rest.</summary>
    public IReadOnlyList<string> Root { get; init; } = [];

    /// <summary>How many calls deep from <see cref="Root"/>; null for all.</summary>
    public int? Depth { get; init; }

    /// <summary>Only calls whose edge was taken at least this often, after everything else.</summary>
    public long MinCount { get; init; }

    /// <summary>Whether the graph must be known before a single call can be judged.</summary>
    public bool NeedsGraph => Root.Count > 0 || MinCount > 1;

    /// <summary>Whether a source must be known.</summary>
    public bool NeedsSource => SourcePath.Count > 0 || ExcludeSourcePath.Count > 0;

    /// <summary>The first thing asked that an aggregated edge cannot answer (<c>Cpu</c>, <c>Comm</c>, …), or null.</summary>
    public string? NotForEdges =>
        Cpu.Count > 0 ? nameof(Cpu) : ExcludeCpu.Count > 0 ? nameof(ExcludeCpu)
        : ProcessId.Count > 0 ? nameof(ProcessId) : ExcludeProcessId.Count > 0 ? nameof(ExcludeProcessId)
        : Comm.Count > 0 ? nameof(Comm) : ExcludeComm.Count > 0 ? nameof(ExcludeComm)
        : Context.Count > 0 ? nameof(Context) : ExcludeContext.Count > 0 ? nameof(ExcludeContext)
        : Since is not null ? nameof(Since) : Until is not null ? nameof(Until) : null;

    /// <summary>The fields of a record the filter reads.</summary>
    public CallFields Fields =>
        (Cpu.Count + ExcludeCpu.Count > 0 ? CallFields.Cpu : 0)
        | (ProcessId.Count + ExcludeProcessId.Count + Comm.Count + ExcludeComm.Count > 0 ? CallFields.Task : 0)
        | (Context.Count + ExcludeContext.Count > 0 ? CallFields.Context : 0)
        | (Since is not null || Until is not null ? CallFields.Time : 0);

    /// <summary>Whether calls of a CPU can pass at all.</summary>
    public bool AllowsCpu(int cpu) => (Cpu.Count == 0 || Cpu.Contains(cpu)) && !ExcludeCpu.Contains(cpu);

    /// <summary>
    /// Both filters in one, for people to read: what both ask is told as the later one asks it. The calls have passed both all the same.
    /// </summary>
    internal CallFilter After(CallFilter? earlier)
    {
        if (earlier is null) return this;
        static IReadOnlyList<T> Last<T>(IReadOnlyList<T> mine, IReadOnlyList<T> theirs) => mine.Count > 0 ? mine : theirs;
        return new CallFilter
        {
            Function = Last(Function, earlier.Function), ExcludeFunction = Last(ExcludeFunction, earlier.ExcludeFunction),
            Caller = Last(Caller, earlier.Caller), ExcludeCaller = Last(ExcludeCaller, earlier.ExcludeCaller),
            SourcePath = Last(SourcePath, earlier.SourcePath), ExcludeSourcePath = Last(ExcludeSourcePath, earlier.ExcludeSourcePath),
            Strict = SourcePath.Count > 0 ? Strict : earlier.Strict,
            Module = Last(Module, earlier.Module), ExcludeModule = Last(ExcludeModule, earlier.ExcludeModule),
            Cpu = Last(Cpu, earlier.Cpu), ExcludeCpu = Last(ExcludeCpu, earlier.ExcludeCpu),
            ProcessId = Last(ProcessId, earlier.ProcessId), ExcludeProcessId = Last(ExcludeProcessId, earlier.ExcludeProcessId),
            Comm = Last(Comm, earlier.Comm), ExcludeComm = Last(ExcludeComm, earlier.ExcludeComm),
            Context = Last(Context, earlier.Context), ExcludeContext = Last(ExcludeContext, earlier.ExcludeContext),
            Since = Since ?? earlier.Since, Until = Until ?? earlier.Until,
            Root = Last(Root, earlier.Root), Depth = Root.Count > 0 ? Depth : earlier.Depth,
            MinCount = Math.Max(MinCount, earlier.MinCount),
        };
    }
}
