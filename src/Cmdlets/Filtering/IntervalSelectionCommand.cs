using System.Management.Automation;
using KernelMagnifier.Text;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Cmdlets.Filtering;

/// <summary>Base class of the cmdlets that choose intervals. Has the filter parameters except the least length.</summary>
public abstract class IntervalSelectionCommand : CancellableCommand
{
    /// <summary>The kinds of intervals.</summary>
    [Parameter, ArgumentCompleter(typeof(IntervalKindCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Kind { get; set; } = [];

    /// <summary>The intervals are shorter.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Below { get; set; }

    /// <summary>Task names.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNull]
    public string[] Comm { get; set; } = [];

    /// <summary>Pids.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty, Alias("Id", "Pid")]
    public int[] ProcessId { get; set; } = [];

    /// <summary>CPUs of the end.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty]
    public int[] Cpu { get; set; } = [];

    /// <summary>System calls, by name or number.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Syscall { get; set; } = [];

    /// <summary>Interrupts, by number or name.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Irq { get; set; } = [];

    /// <summary>Interrupt vectors and softirqs.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Vector { get; set; } = [];

    /// <summary>Functions of work items, timers and calls.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Function { get; set; } = [];

    /// <summary>Block devices.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Device { get; set; } = [];

    /// <summary>The earliest start, in seconds or counts of the trace clock.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Since { get; set; }

    /// <summary>The latest start, in seconds or counts of the trace clock.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Until { get; set; }

    /// <summary>Task names to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), SupportsWildcards, ValidateNotNull]
    public string[] ExcludeComm { get; set; } = [];

    /// <summary>Pids to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty]
    public int[] ExcludeProcessId { get; set; } = [];

    /// <summary>CPUs to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(TraceNameCompleter)), NumberList, ValidateNotNullOrEmpty]
    public int[] ExcludeCpu { get; set; } = [];

    /// <summary>System calls to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeSyscall { get; set; } = [];

    /// <summary>Functions to exclude.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] ExcludeFunction { get; set; } = [];

    /// <summary>The length that intervals exceed, in nanoseconds or counts; null for any.</summary>
    private protected abstract long? LongerThan { get; }

    /// <summary>The kinds and the filter; the other properties are the defaults.</summary>
    private protected LatencyPlan Plan { get; private set; } = new();

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (IsGiven(nameof(Since)) && IsGiven(nameof(Until)) && Until < Since)
            ThrowTerminatingError(ErrorFactory.Contradiction($"-Until {Until} is before -Since {Since}.", Until));
        if (IsGiven(nameof(Below)) && DurationText.Nanoseconds(Below) <= LongerThan)
            ThrowTerminatingError(ErrorFactory.Contradiction("-Below is not greater than -Above, so that no interval can pass.", Below));
        var kinds = new List<IntervalKind>();
        foreach (var pattern in Kind)
        {
            if (IntervalKinds.Find(pattern) is { } found) kinds.AddRange(found);
            else ThrowTerminatingError(ErrorFactory.UnknownKind(pattern, IntervalKinds.Names));
        }
        Plan = new LatencyPlan
        {
            Kinds = kinds,
            Filter = new LatencyFilter
            {
                Comm = Comm, ProcessId = ProcessId, Cpu = Cpu, Syscall = Syscall, Irq = Irq, Vector = Vector, Function = Function,
                Device = Device, ExcludeComm = ExcludeComm, ExcludeProcessId = ExcludeProcessId, ExcludeCpu = ExcludeCpu,
                ExcludeSyscall = ExcludeSyscall, ExcludeFunction = ExcludeFunction,
                Since = IsGiven(nameof(Since)) ? Since : null, Until = IsGiven(nameof(Until)) ? Until : null,
                Above = LongerThan,
                Below = IsGiven(nameof(Below)) ? DurationText.Nanoseconds(Below) : null,
            },
        };
    }

    /// <summary>Whether a parameter is on the command line.</summary>
    private protected bool IsGiven(string parameter) => MyInvocation.BoundParameters.ContainsKey(parameter);
}
