using System.Management.Automation;
using System.Reflection;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>Base class of the cmdlets that filter calls. Has the filter parameters.</summary>
public abstract class CallFilterCommand : SymbolMapCommand
{
    /// <summary>Names of the called functions.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Function { get; set; } = [];

    /// <summary>Names of the calling functions.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Caller { get; set; } = [];

    /// <summary>Source paths of the function or its caller.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] SourcePath { get; set; } = [];

    /// <summary>The function and its caller must both match <see cref="SourcePath"/>.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <summary>Modules of the called function.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Module { get; set; } = [];

    /// <summary>CPU numbers.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty]
    public int[] Cpu { get; set; } = [];

    /// <summary>Process ids.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty, Alias("Id", "Pid")]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Task names.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNull]
    public string[] Comm { get; set; } = [];

    /// <summary>Execution contexts.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public ExecutionContext[] Context { get; set; } = [];

    /// <summary>The first timestamp, in seconds or counts of the trace clock.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Since { get; set; }

    /// <summary>The last timestamp, in seconds or counts of the trace clock.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Until { get; set; }

    /// <summary>Names of called functions to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeFunction { get; set; } = [];

    /// <summary>Names of calling functions to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeCaller { get; set; } = [];

    /// <summary>Source paths of called functions to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeSourcePath { get; set; } = [];

    /// <summary>Modules of called functions to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeModule { get; set; } = [];

    /// <summary>CPU numbers to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty]
    public int[] ExcludeCpu { get; set; } = [];

    /// <summary>Process ids to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty]
    public int[] ExcludeProcessId { get; set; } = [];

    /// <summary>Task names to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNull]
    public string[] ExcludeComm { get; set; } = [];

    /// <summary>Execution contexts to exclude.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public ExecutionContext[] ExcludeContext { get; set; } = [];

    /// <summary>Functions below which a call must have run.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Root { get; set; } = [];

    /// <summary>The largest distance from <see cref="Root"/>, in calls.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; }

    /// <summary>The smallest number of calls of an edge.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(0L, long.MaxValue)]
    public long MinCount { get; set; }

    /// <summary>The requested filter; null for none.</summary>
    private protected CallFilter? Filter { get; private set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (IsGiven(nameof(Depth)) && Root.Length == 0)
            ThrowTerminatingError(ErrorFactory.Contradiction("-Depth is the distance from -Root, which is missing.", Depth));
        if (Strict && SourcePath.Length == 0)
            ThrowTerminatingError(ErrorFactory.Contradiction("-Strict applies to -SourcePath, which is missing.", null));
        if (IsGiven(nameof(Since)) && IsGiven(nameof(Until)) && Until < Since)
            ThrowTerminatingError(ErrorFactory.Contradiction($"-Until {Until} is before -Since {Since}.", Until));
        if (FirstFilterParameter() is null) return;
        Filter = new CallFilter
        {
            Function = Function, Caller = Caller, SourcePath = SourcePath, Strict = Strict, Module = Module,
            Cpu = Cpu, ProcessId = ProcessId, Comm = Comm, Context = Context,
            Since = IsGiven(nameof(Since)) ? Since : null, Until = IsGiven(nameof(Until)) ? Until : null,
            ExcludeFunction = ExcludeFunction, ExcludeCaller = ExcludeCaller, ExcludeSourcePath = ExcludeSourcePath,
            ExcludeModule = ExcludeModule, ExcludeCpu = ExcludeCpu, ExcludeProcessId = ExcludeProcessId,
            ExcludeComm = ExcludeComm, ExcludeContext = ExcludeContext,
            Root = Root, Depth = IsGiven(nameof(Depth)) ? Depth : null, MinCount = MinCount,
        };
    }

    /// <summary>The first filter parameter on the command line; null for none.</summary>
    protected string? FirstFilterParameter()
        => typeof(CallFilterCommand).GetProperties(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
            .FirstOrDefault(property => IsGiven(property.Name))?.Name;

    /// <summary>Warns that no call passed, and why.</summary>
    private protected void WarnOfNothing(NothingFound found, IEnumerable<CallFilter?> filters)
        => WriteWarning(TerminalText.Escape(found.Explain(filters, property => $"-{property}",
            "Import-KmTrace -Info describes the events of a recording.")));

    /// <summary>Warns of names that match nothing, beside others that do.</summary>
    private protected void WarnOfUnmatched(NothingFound found)
    {
        foreach (var sentence in found.Unmatched(property => $"-{property}")) WriteWarning(TerminalText.Escape(sentence));
    }

    private bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
