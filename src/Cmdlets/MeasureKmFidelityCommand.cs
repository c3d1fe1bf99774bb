using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Incidents;
using KernelMagnifier.Text;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Cmdlets;

/// <summary>Measure-KmFidelity: tells whether re-recordings of a workload are like the recording that it comes from.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "KmFidelity")]
[OutputType(typeof(Fidelity))]
public sealed class MeasureKmFidelityCommand : CancellableCommand
{
    private RunInputs _reference = null!, _runs = null!;
    private WorkloadInput _workload = null!;

    /// <summary>The original: a recording, or a run of the lab.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNull, Alias("Original"), SupportsWildcards]
    public object Reference { get; set; } = "";

    /// <summary>The re-recordings: runs of the lab, recordings or files.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true), ValidateNotNullOrEmpty, SupportsWildcards]
    [Alias("InputObject")]
    public object[] Run { get; set; } = [];

    /// <summary>What was run: a workload, or its file; that of the runs if not given.</summary>
    [Parameter, ValidateNotNull]
    public object? Workload { get; set; }

    /// <summary>
    /// What should hold, such as 'Wakeup@periodic P90 &lt; 5ms'. The symptom of the incident is that it does not.
    /// </summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ClaimCompleter))]
    public object[] Assertion { get; set; } = [];

    /// <summary>The names of the tasks to compare, which can contain wildcards.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoFileCompleter))]
    public string[] Comm { get; set; } = [];

    /// <summary>Compare who wakes whom and when, but no run lengths, CPU shares and latencies.</summary>
    [Parameter]
    public SwitchParameter StructureOnly { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        (_reference, _runs) = (new RunInputs(this, nameof(Reference)), new RunInputs(this, nameof(Run)));
        _workload = new WorkloadInput(this);
        _reference.Add([Reference]);
        if (_reference.All.Count > 1)
            ThrowTerminatingError(ErrorFactory.Contradiction(
                $"-Reference names {_reference.All.Count} recordings, and there is one original.",
                Reference, "Name one."));
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _runs.Add(Run);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        // An error or a warning has said why.
        if (_reference.All.Count == 0 || _runs.All.Count == 0 || _runs.HasFailed) return;
        var (original, claims) = (_reference.All[0], ClaimInput.Of(this, Assertion));
        try
        {
            if (original.Recording is not { } recording)
                throw new KernelMagnifierException(ErrorCode.TraceNotFound, "Reference",
                    original.Problem ?? "it has no recording.",
                    "Name the original recording.");
            var plan = new FidelityPlan
            {
                Workload = _workload.Of(Workload, Cancel) ?? _runs.Workload, Comm = Comm, IsStructureOnly = StructureOnly,
                IsEmulated = original.IsEmulated,
            };
            var reading = new FidelityReading(plan, [.. claims.Select(claim => claim.Claim)],
                new RecordingOpening(this, Cancel).Open)
            { Next = ClaimInput.Next, Nothing = ClaimInput.Nothing };
            var fidelity = reading.Judge(recording, _runs.All);
            foreach (var pattern in plan.Unmatched(fidelity))
                WriteWarning(TerminalText.Escape($"-Comm {pattern} matches no task of the recording."));
            WriteObject(fidelity);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
