using System.Collections;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Measurements;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Probes.Running;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Invoke-KmProbe: runs an approved probe, or reads the stored output of one.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "KmProbe", DefaultParameterSetName = RunSet, SupportsShouldProcess = true)]
[OutputType(typeof(ProbeResult))]
public sealed class InvokeKmProbeCommand : CancellableCommand
{
    // bpftrace gets time to print its maps, then it is killed.
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(40);

    private const string RunSet = "Run", ReplaySet = "Replay";

    /// <summary>The probe.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = RunSet, ValueFromPipelineByPropertyName = true)]
    [Parameter(Position = 0, ParameterSetName = ReplaySet)]
    [ArgumentCompleter(typeof(ProbeNameCompleter)), ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>The parameters of the probe by name.</summary>
    [Parameter(ParameterSetName = RunSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull]
    public IDictionary Parameter { get; set; } = new Hashtable();

    /// <summary>How long the probe runs.</summary>
    [Parameter(ParameterSetName = RunSet), ArgumentCompleter(typeof(NoFileCompleter)), Seconds]
    public TimeSpan Duration { get; set; }

    /// <summary>Run the probe although it is not approved.</summary>
    [Parameter(ParameterSetName = RunSet)]
    public SwitchParameter Emergency { get; set; }

    /// <summary>Why, for the audit.</summary>
    [Parameter(ParameterSetName = RunSet), ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNullOrEmpty]
    public string? Reason { get; set; }

    /// <summary>Stored output of bpftrace, to be read instead of a run.</summary>
    [Parameter(Mandatory = true, ParameterSetName = ReplaySet), SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Replay { get; set; } = [];

    /// <summary>The library of probes.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true), ValidateNotNullOrEmpty]
    public string? Library { get; set; }

    /// <summary>The policy.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            if (ParameterSetName == ReplaySet) new ProbeLogImport(this, Name, Place(Library), Place(Policy), Cancel).Read(Replay);
            else if (ShouldProcess(TerminalText.Escape(Name), "Run the probe on this machine")) Run(Request());
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, Name));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private string? Place(string? path) => path is null ? null : this.ResolveInFileSystem(path);

    private ProbeRunRequest Request() => new()
    {
        Name = Name, Library = Place(Library), Policy = Place(Policy), IsEmergency = Emergency, Reason = Reason,
        Duration = MyInvocation.BoundParameters.ContainsKey(nameof(Duration)) ? Duration : null,
        Parameters = ProbeParameters.Of(Parameter),
    };

    /// <summary>Runs the probe on a thread of its own, because results come while it runs.</summary>
    private void Run(ProbeRunRequest request)
    {
        using var thread = new ReadingThread((own, cancel) =>
        {
            var output = new ProbeRunOutput(this, own, cancel);
            output.End(request.Name, ProbeInvocation.Run(request, output, cancel));
        }, Cancel);
        try
        {
            thread.Finish();
        }
        finally
        {
            // The runner interrupts the program and removes what it attached before the pipeline ends.
            thread.Stop(wait: true, EndLimit);
        }
    }
}
