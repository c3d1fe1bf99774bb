using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Cmdlets.Measurements;

/// <summary>
/// Base class of the cmdlets that measure now or regularly: the parameters that say what, and within which bounds.
/// </summary>
public abstract class MeasurementPlanCommand : CancellableCommand
{
    private protected const string EventSet = "Event", ProbeSet = "Probe";

    /// <summary>Presets. Each cmdlet has a position of its own for them.</summary>
    public abstract string[] Preset { get; set; }

    /// <summary>The kinds of intervals.</summary>
    [Parameter(ParameterSetName = EventSet), ArgumentCompleter(typeof(IntervalKindCompleter)), SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Kind { get; set; } = [];

    /// <summary>What latencies are by.</summary>
    [Parameter(ParameterSetName = EventSet)]
    public LatencyGrouping By { get; set; } = LatencyGrouping.None;

    /// <summary>The most rows of each kind.</summary>
    [Parameter(ParameterSetName = EventSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(1, 100_000)]
    public int Top { get; set; } = 50;

    /// <summary>How latencies are measured.</summary>
    [Parameter(ParameterSetName = EventSet), ValidateSet("Auto", "Events", "KernelHistograms")]
    public string Method { get; set; } = nameof(MeasurementMethod.Auto);

    /// <summary>The size of the kernel's buffer per CPU, in bytes.</summary>
    [Parameter(ParameterSetName = EventSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(4096L, long.MaxValue)]
    public long BufferSize { get; set; }

    /// <summary>An approved probe of the workbench.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ProbeSet), ArgumentCompleter(typeof(ProbeNameCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Probe { get; set; }

    /// <summary>The parameters of the probe by name.</summary>
    [Parameter(ParameterSetName = ProbeSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull]
    public IDictionary Parameter { get; set; } = new Hashtable();

    /// <summary>The library of probes.</summary>
    [Parameter(ParameterSetName = ProbeSet), ValidateNotNullOrEmpty]
    public string? Library { get; set; }

    /// <summary>The policy for probes.</summary>
    [Parameter(ParameterSetName = ProbeSet), ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <summary>How long to measure.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Duration { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>The CPU time that a measurement may take, as a share of one CPU.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateRange(0.001, 1.0)]
    public double CpuBudget { get; set; } = 0.25;

    /// <summary>How long to wait for other measurements and recordings.</summary>
    [Parameter, Duration, ArgumentCompleter(typeof(NoFileCompleter))]
    public TimeSpan Wait { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Where the records go.</summary>
    [Parameter, ArgumentCompleter(typeof(LogTargetCompleter)), ValidateNotNullOrEmpty]
    public string[] LogTo { get; set; } = [];

    /// <summary>The measurement that the parameters describe, and the memory that it may have.</summary>
    private protected MeasurementPlan Plan(long memoryBudget)
    {
        var kinds = Kinds();
        CheckTime(nameof(Duration), Duration, MeasurementPlan.Shortest);
        CheckTime(nameof(Wait), Wait, TimeSpan.Zero);
        string[] presets = [.. Preset.Select(MeasurementPreset.Find)];
        return new MeasurementPlan
        {
            Presets = presets.Length > 0 || kinds.Count > 0 || Probe is not null ? presets : ["Scheduling"],
            Kinds = kinds, By = By, Top = Top, Method = Enum.Parse<MeasurementMethod>(Method, ignoreCase: true),
            BufferSize = MyInvocation.BoundParameters.ContainsKey(nameof(BufferSize)) ? BufferSize : null,
            Duration = Duration, CpuBudget = CpuBudget, Wait = Wait, MemoryBudget = memoryBudget,
            Probe = Probe, Parameters = ProbeParameters.Of(Parameter), Library = Place(Library), Policy = Place(Policy),
        };
    }

    /// <summary>The place of a path in the file system; null for none.</summary>
    private protected string? Place(string? path) => path is null ? null : this.ResolveInFileSystem(path);

    private List<IntervalKind> Kinds()
    {
        var kinds = new List<IntervalKind>();
        foreach (var pattern in Kind)
        {
            if (IntervalKinds.Find(pattern) is { } found) kinds.AddRange(found);
            else ThrowTerminatingError(ErrorFactory.Contradiction($"-Kind {pattern} is no kind of interval.", pattern,
                $"Use one of: {string.Join(", ", IntervalKinds.Names)}."));
        }
        return kinds;
    }

    private void CheckTime(string name, TimeSpan value, TimeSpan least)
    {
        if (value < least || value > MeasurementPlan.Longest)
            ThrowTerminatingError(ErrorFactory.Contradiction($"-{name} {value} is out of range.", value,
                $"Give a time from {least} to {MeasurementPlan.Longest}."));
    }
}
