using KernelMagnifier.Model;

namespace KernelMagnifier.Selection;

/// <summary>
/// A filter over calls, shared by the cmdlets and the command line. A call passes if it matches every property that is set; it
/// matches a list if it matches any entry. An empty list filters nothing. Names can contain wildcards (<see cref="Glob"/>) and
/// are case-sensitive.
/// </summary>
internal sealed record CallFilter
{
    /// <summary>The called functions.</summary>
    public IReadOnlyList<string> Function { get; init; } = [];

    /// <summary>The calling functions.</summary>
    public IReadOnlyList<string> Caller { get; init; } = [];

    /// <summary>
    /// Parts of source paths (<c>net/</c>), starts of them (<c>/net/</c>), or whole paths with wildcards
    /// (<c>net/ipv4/tcp*.c</c>). A call passes if its function or its caller is defined there; with <see cref="Strict"/>, if both
    /// are. Needs a symbol map.
    /// </summary>
    public IReadOnlyList<string> SourcePath { get; init; } = [];

    /// <summary>
    /// Whether a slash in front of a <see cref="SourcePath"/> is a character as any other, as for the Python tool.
    /// </summary>
    public bool AreSubstrings { get; init; }

    /// <summary>Whether both function and caller must match <see cref="SourcePath"/>.</summary>
    public bool Strict { get; init; }

    /// <summary>The modules of the called functions; <c>kernel</c> stands for the functions built into the kernel.</summary>
    public IReadOnlyList<string> Module { get; init; } = [];

    /// <summary>The CPUs.</summary>
    public IReadOnlyList<int> Cpu { get; init; } = [];

    /// <summary>The pids (one per thread), or the thread group ids if the recording contains them.</summary>
    public IReadOnlyList<int> ProcessId { get; init; } = [];

    /// <summary>The task names.</summary>
    public IReadOnlyList<string> Comm { get; init; } = [];

    /// <summary>The execution contexts.</summary>
    public IReadOnlyList<ExecutionContext> Context { get; init; } = [];

    /// <summary>The first timestamp that passes, in seconds or counts of the recording's clock; null for no limit.</summary>
    public double? Since { get; init; }

    /// <summary>The last timestamp that passes, in seconds or counts of the recording's clock; null for no limit.</summary>
    public double? Until { get; init; }

    /// <summary>The called functions to exclude.</summary>
    public IReadOnlyList<string> ExcludeFunction { get; init; } = [];

    /// <summary>The calling functions to exclude.</summary>
    public IReadOnlyList<string> ExcludeCaller { get; init; } = [];

    /// <summary>The source paths to exclude: calls of functions that are defined there.</summary>
    public IReadOnlyList<string> ExcludeSourcePath { get; init; } = [];

    /// <summary>The modules to exclude.</summary>
    public IReadOnlyList<string> ExcludeModule { get; init; } = [];

    /// <summary>The CPUs to exclude.</summary>
    public IReadOnlyList<int> ExcludeCpu { get; init; } = [];

    /// <summary>The pids to exclude.</summary>
    public IReadOnlyList<int> ExcludeProcessId { get; init; } = [];

    /// <summary>The task names to exclude.</summary>
    public IReadOnlyList<string> ExcludeComm { get; init; } = [];

    /// <summary>The execution contexts to exclude.</summary>
    public IReadOnlyList<ExecutionContext> ExcludeContext { get; init; } = [];

    /// <summary>
    /// The functions below which a call must have run, or which it calls. In a recording with returns, the call stacks tell
    /// (<see cref="CallNesting.Stack"/>). In others, it is the functions from which a call is reachable in the graph of the calls
    /// that pass the properties above.
    /// </summary>
    public IReadOnlyList<string> Root { get; init; } = [];

    /// <summary>The largest number of calls between <see cref="Root"/> and a function; null for no limit.</summary>
    public int? Depth { get; init; }

    /// <summary>The smallest number of calls of an edge. Applied after all other properties.</summary>
    public long MinCount { get; init; }

    /// <summary>
    /// Whether the whole graph must be known before the filter can decide on a call, unless the recording has call stacks.
    /// </summary>
    public bool NeedsGraph => Root.Count > 0 || MinCount > 1;

    /// <summary>Whether the whole graph of a recording must be known before the filter can decide on a call.</summary>
    /// <param name="nesting">How the recording tells which calls ran below a function; null if that is not known yet.</param>
    public bool NeedsGraphOf(CallNesting? nesting) => MinCount > 1 || (Root.Count > 0 && nesting != CallNesting.Stack);

    /// <summary>Whether the source files of functions must be known.</summary>
    public bool NeedsSource => SourcePath.Count > 0 || ExcludeSourcePath.Count > 0;

    /// <summary>
    /// The name of the first property that cannot be applied to edges, such as <c>Cpu</c> or <c>Comm</c>; null if all can.
    /// </summary>
    public string? NotForEdges =>
        Cpu.Count > 0 ? nameof(Cpu) : ExcludeCpu.Count > 0 ? nameof(ExcludeCpu)
        : ProcessId.Count > 0 ? nameof(ProcessId) : ExcludeProcessId.Count > 0 ? nameof(ExcludeProcessId)
        : Comm.Count > 0 ? nameof(Comm) : ExcludeComm.Count > 0 ? nameof(ExcludeComm)
        : Context.Count > 0 ? nameof(Context) : ExcludeContext.Count > 0 ? nameof(ExcludeContext)
        : Since is not null ? nameof(Since) : Until is not null ? nameof(Until) : null;

    /// <summary>The fields of a record that the filter reads.</summary>
    public CallFields Fields =>
        (Cpu.Count + ExcludeCpu.Count > 0 ? CallFields.Cpu : 0)
        | (ProcessId.Count + ExcludeProcessId.Count + Comm.Count + ExcludeComm.Count > 0 ? CallFields.Task : 0)
        | (Context.Count + ExcludeContext.Count > 0 ? CallFields.Context : 0)
        | (Since is not null || Until is not null ? CallFields.Time : 0)
        | (Root.Count > 0 ? CallFields.Stack : 0);

    /// <summary>Whether the filter lets calls on a CPU pass.</summary>
    public bool AllowsCpu(int cpu) => (Cpu.Count == 0 || Cpu.Contains(cpu)) && !ExcludeCpu.Contains(cpu);

    /// <summary>
    /// Merges two filters for display. Where both set a property, the later one is shown. The calls have passed both.
    /// </summary>
    internal CallFilter After(CallFilter? earlier)
    {
        if (earlier is null) return this;
        static IReadOnlyList<T> Last<T>(IReadOnlyList<T> later, IReadOnlyList<T> earlier) => later.Count > 0 ? later : earlier;
        return new CallFilter
        {
            Function = Last(Function, earlier.Function), ExcludeFunction = Last(ExcludeFunction, earlier.ExcludeFunction),
            Caller = Last(Caller, earlier.Caller), ExcludeCaller = Last(ExcludeCaller, earlier.ExcludeCaller),
            SourcePath = Last(SourcePath, earlier.SourcePath),
            ExcludeSourcePath = Last(ExcludeSourcePath, earlier.ExcludeSourcePath),
            Strict = SourcePath.Count > 0 ? Strict : earlier.Strict,
            AreSubstrings = SourcePath.Count > 0 ? AreSubstrings : earlier.AreSubstrings,
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
