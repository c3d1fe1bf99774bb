using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>The filter parameters, once for every cmdlet that takes them.</summary>
public abstract class CallFilterCommand : SymbolMapCommand
{
    /// <summary>Called functions.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNullOrEmpty]
    public string[] Function { get; set; } = [];

    /// <summary>Calling functions.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNullOrEmpty]
    public string[] Caller { get; set; } = [];

    /// <summary>Source paths of either end.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] SourcePath { get; set; } = [];

    /// <summary>Both ends must match <see cref="SourcePath"/>.</summary>
    [Parameter]
    public SwitchParameter Strict { get; set; }

    /// <summary>Modules of the called function.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNullOrEmpty]
    public string[] Module { get; set; } = [];

    /// <summary>CPUs.</summary>
    [Parameter, NumberList, ValidateNotNullOrEmpty]
    public int[] Cpu { get; set; } = [];

    /// <summary>Pids.</summary>
    [Parameter, NumberList, ValidateNotNullOrEmpty, Alias("Id")]
    public int[] ProcessId { get; set; } = [];

    /// <summary>Task names.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNull]
    public string[] Comm { get; set; } = [];

    /// <summary>Execution contexts.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public ExecutionContext[] Context { get; set; } = [];

    /// <summary>From this timestamp on.</summary>
    [Parameter]
    public double Since { get; set; }

    /// <summary>Up to and with this timestamp.</summary>
    [Parameter]
    public double Until { get; set; }

    /// <summary>Called functions to leave out.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNullOrEmpty]
    public string[] ExcludeFunction { get; set; } = [];

    /// <summary>Calling functions to leave out.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNullOrEmpty]
    public string[] ExcludeCaller { get; set; } = [];

    /// <summary>Source paths to leave out.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string[] ExcludeSourcePath { get; set; } = [];

    /// <summary>Modules to leave out.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNullOrEmpty]
    public string[] ExcludeModule { get; set; } = [];

    /// <summary>CPUs to leave out.</summary>
    [Parameter, NumberList, ValidateNotNullOrEmpty]
    public int[] ExcludeCpu { get; set; } = [];

    /// <summary>Pids to leave out.</summary>
    [Parameter, NumberList, ValidateNotNullOrEmpty]
    public int[] ExcludeProcessId { get; set; } = [];

    /// <summary>Task names to leave out.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNull]
    public string[] ExcludeComm { get; set; } = [];

    /// <summary>Execution contexts to leave out.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public ExecutionContext[] ExcludeContext { get; set; } = [];

    /// <summary>Only what is reachable from these functions.</summary>
    [Parameter, ArgumentCompleter(typeof(RecordingNameCompleter)), ValidateNotNullOrEmpty]
    public string[] Root { get; set; } = [];

    /// <summary>How many calls deep from <see cref="Root"/>.</summary>
    [Parameter, ValidateRange(1, int.MaxValue)]
    public int Depth { get; set; }

    /// <summary>Only edges taken at least this often.</summary>
    [Parameter, ValidateRange(0L, long.MaxValue)]
    public long MinCount { get; set; }

    /// <summary>The filter asked for; null when nothing was asked.</summary>
    private protected CallFilter? Filter { get; private set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        bool Given(string name) => MyInvocation.BoundParameters.ContainsKey(name);
        if (Given(nameof(Depth)) && Root.Length == 0) ThrowTerminatingError(ErrorFactory.Contradiction("-Depth counts from the functions that -Root names: -Root is missing.", Depth));
        if (Strict && SourcePath.Length == 0) ThrowTerminatingError(ErrorFactory.Contradiction("-Strict says how -SourcePath is meant: -SourcePath is missing.", null));
        if (Given(nameof(Since)) && Given(nameof(Until)) && Until < Since) ThrowTerminatingError(ErrorFactory.Contradiction($"-Until {Until} lies before -Since {Since}.", Until));
        var filter = new CallFilter
        {
            Function = Function, Caller = Caller, SourcePath = SourcePath, Strict = Strict, Module = Module, Cpu = Cpu, ProcessId = ProcessId, Comm = Comm, Context = Context,
            Since = Given(nameof(Since)) ? Since : null, Until = Given(nameof(Until)) ? Until : null,
            ExcludeFunction = ExcludeFunction, ExcludeCaller = ExcludeCaller, ExcludeSourcePath = ExcludeSourcePath, ExcludeModule = ExcludeModule,
            ExcludeCpu = ExcludeCpu, ExcludeProcessId = ExcludeProcessId, ExcludeComm = ExcludeComm, ExcludeContext = ExcludeContext,
            Root = Root, Depth = Given(nameof(Depth)) ? Depth : null, MinCount = MinCount,
        };
        if (FirstFilterParameter() is not null) Filter = filter;
    }

    /// <summary>The first filter parameter given, or null.</summary>
    protected string? FirstFilterParameter()
        => Array.Find(typeof(CallFilterCommand).GetProperties(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.Instance | System.Reflection.BindingFlags.DeclaredOnly),
            property => MyInvocation.BoundParameters.ContainsKey(property.Name))?.Name;
}
