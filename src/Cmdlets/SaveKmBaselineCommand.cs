using System.Management.Automation;
using KernelMagnifier.Cmdlets.Comparisons;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Save-KmBaseline: keeps what a comparison needs of recordings.</summary>
[Cmdlet(VerbsData.Save, "KmBaseline", SupportsShouldProcess = true)]
[OutputType(typeof(TraceBaseline))]
public sealed class SaveKmBaselineCommand : CancellableCommand
{
    private ComparisonInput _input = null!;
    private string _file = "";

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The recordings.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true), ValidateNotNullOrEmpty, SupportsWildcards]
    public object[] InputObject { get; set; } = [];

    /// <summary>The kinds; all if not given.</summary>
    [Parameter, ArgumentCompleter(typeof(IntervalKindCompleter)), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Kind { get; set; } = [];

    /// <summary>What to measure latencies by.</summary>
    [Parameter]
    public LatencyGrouping By { get; set; } = LatencyGrouping.None;

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return the baseline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        if (By.HasFlag(LatencyGrouping.Recording))
            ThrowTerminatingError(ErrorFactory.Contradiction("-By Recording is no key: a baseline keeps each recording apart.", By));
        _input = new ComparisonInput(this, Cancel);
        _file = this.ResolveInFileSystem(Path);
        try
        {
            OutputFile.Check(_file, Force);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, _file));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _input.Add(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (_input.HasFailed || _input.Items.Count == 0) return;
        if (_input.Baselines is [var baseline, ..])
            ThrowTerminatingError(ErrorFactory.Contradiction($"{TerminalText.Escape(baseline.Path)} is a baseline already.", baseline,
                "Name recordings."));
        var plan = PlanOf() with { By = By };
        if (!ShouldProcess(TerminalText.Escape(_file), "Save a baseline")) return;
        var import = new SampleImport(this, new TraceSampler(plan), Instance, Cancel);
        TraceSample[] samples = [.. _input.Items.Select(item => import.Read(item.Path))];
        if (samples.All(sample => sample.Latencies.Count + sample.Calls.Count == 0))
            WriteWarning("The recordings have neither calls nor intervals of these kinds, so there is nothing to compare with.");
        try
        {
            using (var file = OutputFile.Create(_file, Force, TraceInfo.InputsOf(samples.Select(sample => sample.Info)), Cancel))
            {
                BaselineFile.Write(plan, samples, file);
                file.Commit();
            }
            if (PassThru) WriteObject(BaselineFile.Read(_file, Cancel));
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, _file));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private SamplePlan PlanOf()
    {
        var kinds = new List<IntervalKind>();
        foreach (var pattern in Kind)
        {
            if (IntervalKinds.Find(pattern) is { } found) kinds.AddRange(found);
            else ThrowTerminatingError(ErrorFactory.UnknownKind(pattern, IntervalKinds.Names));
        }
        return SamplePlan.Of(kinds);
    }
}
