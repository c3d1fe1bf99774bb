using System.Management.Automation;
using KernelMagnifier.Cmdlets.Comparisons;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Filtering;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Comparison.Statistics;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Compare-KmTrace: compares recordings before and after a change.</summary>
[Cmdlet(VerbsData.Compare, "KmTrace")]
[OutputType(typeof(TraceDifference))]
public sealed class CompareKmTraceCommand : IntervalFilterCommand
{
    private ComparisonInput _before = null!, _after = null!;

    /// <summary>The recordings before, or a baseline.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty, SupportsWildcards, Alias("ReferenceObject", "Before", "Baseline")]
    public object[] Reference { get; set; } = [];

    /// <summary>The recordings after, or a baseline.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true), ValidateNotNullOrEmpty, SupportsWildcards]
    [Alias("DifferenceObject", "After")]
    public object[] Difference { get; set; } = [];

    /// <summary>What to measure latencies by; several give a row for each combination.</summary>
    [Parameter]
    public LatencyGrouping By { get; set; } = LatencyGrouping.None;

    /// <summary>The numbers to compare; all if not given.</summary>
    [Parameter, ArgumentCompleter(typeof(MetricCompleter)), ValidateNotNullOrEmpty]
    public string[] Metric { get; set; } = [];

    /// <summary>The event or function whose number rates are divided by, instead of the CPU time.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? Per { get; set; }

    /// <summary>The least change that matters: 10%, 0.1 or 1.1x.</summary>
    [Parameter, Threshold, ArgumentCompleter(typeof(NoFileCompleter))]
    public double Threshold { get; set; } = ComparisonPlan.DefaultThreshold;

    /// <summary>The differences between the recordings that are listed only.</summary>
    [Parameter, ArgumentCompleter(typeof(MetricCompleter)), ValidateNotNullOrEmpty]
    public string[] AllowDrift { get; set; } = [];

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        if (By.HasFlag(LatencyGrouping.Recording))
            ThrowTerminatingError(ErrorFactory.Contradiction("-By Recording compares nothing: each side has its own recordings.", By));
        (_before, _after) = (new ComparisonInput(this, Cancel), new ComparisonInput(this, Cancel));
        _before.Add(Reference);
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _after.Add(Difference);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        _before.WarnIfEmpty();
        _after.WarnIfEmpty();
        // An error or a warning has said why.
        if (_before.HasFailed || _after.HasFailed || _before.Items.Count == 0 || _after.Items.Count == 0) return;
        try
        {
            Compare(ThePlan().With([.. _before.Baselines, .. _after.Baselines], IsGiven(nameof(By))));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error));
        }
    }

    private void Compare(ComparisonPlan plan)
    {
        var sampler = new TraceSampler(plan.Sample);
        var import = new SampleImport(this, sampler, Instance, Cancel);
        IReadOnlyList<TraceSample> Read(ComparisonInput side)
            => [.. side.Items.SelectMany(item => item.Baseline?.Samples ?? [import.Read(item.Path)])];
        var differences = TraceComparer.Compare(plan, Read(_before), Read(_after), import.ReadAgain);
        foreach (var drift in differences is [var first, ..] ? first.Comparison!.Drift : []) WriteWarning(TerminalText.Escape(drift));
        foreach (var (property, value) in sampler.Lists.Unmatched())
            WriteWarning(TerminalText.Escape($"-{property} {value} matches nothing in the recordings."));
        if (differences.Count == 0)
            WriteWarning("Nothing to compare: the recordings have neither calls nor intervals of these kinds. "
                + "Import-KmTrace -Info describes them.");
        WriteObject(differences, enumerateCollection: true);
    }

    private ComparisonPlan ThePlan()
    {
        var sample = SamplePlan.Of(Plan.Kinds) with { By = By, Filter = Plan.Filter };
        var plan = new ComparisonPlan
        {
            ComparesCalls = sample.HasCalls, Per = Per, Threshold = Threshold,
            AllowedDrift = ComparisonNames.Drift(this, AllowDrift),
        };
        if (Metric.Length > 0)
            plan = plan with { Metrics = [.. ComparisonNames.Of<DifferenceMetric>(this, Metric, nameof(Metric)).Distinct()] };
        return plan with { Sample = plan.SampleFor(sample) };
    }
}
