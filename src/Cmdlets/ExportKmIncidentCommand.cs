using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Incidents;
using KernelMagnifier.Files;
using KernelMagnifier.Incidents;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Export-KmIncident: puts a recording, its workload, what should hold and what was found out into one file.</summary>
[Cmdlet(VerbsData.Export, "KmIncident", SupportsShouldProcess = true)]
[OutputType(typeof(Incident))]
public sealed class ExportKmIncidentCommand : CancellableCommand
{
    private readonly IncidentFindings _findings = new();
    private string _file = "";

    /// <summary>The incident file.</summary>
    [Parameter(Mandatory = true, Position = 0), ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The recording.</summary>
    [Parameter(Mandatory = true, Position = 1), ValidateNotNullOrEmpty]
    public string Recording { get; set; } = "";

    /// <summary>A baseline to compare with.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Baseline { get; set; }

    /// <summary>The workload of the recording, or its file.</summary>
    [Parameter, ValidateNotNull]
    public object? Workload { get; set; }

    /// <summary>What should hold, such as 'Wakeup@periodic P90 &lt; 5ms', or @{ Claim = …; Because = … }.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(ClaimCompleter))]
    public object[] Assertion { get; set; } = [];

    /// <summary>What was found out: objects of any kind, or texts.</summary>
    [Parameter(ValueFromPipeline = true), ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoFileCompleter))]
    public object[] Finding { get; set; } = [];

    /// <summary>What happened, in a few words.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Title { get; set; }

    /// <summary>More about it.</summary>
    [Parameter, ValidateNotNullOrEmpty, ArgumentCompleter(typeof(NoFileCompleter))]
    public string? Note { get; set; }

    /// <summary>Replace an existing file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Return the incident.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
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
    protected override void ProcessRecord()
    {
        foreach (var value in Finding) Add(PSObject.AsPSObject(value));
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var assertions = ClaimInput.Of(this, Assertion);
        try
        {
            var draft = new IncidentDraft
            {
                Recording = this.ResolveInFileSystem(Recording, ErrorCode.TraceNotFound),
                Baseline = Baseline is null ? null : this.ResolveInFileSystem(Baseline, ErrorCode.BaselineNotFound),
                Workload = new WorkloadInput(this).Of(Workload, Cancel), Assertions = assertions, Findings = _findings.All,
                Title = Title, Note = Note,
            };
            if (!ShouldProcess(TerminalText.Escape(_file), "Export an incident")) return;
            using (var file = OutputFile.Create(_file, Force, InputIdentity.Of(draft.Inputs), Cancel))
            {
                IncidentFile.Write(draft, file, Cancel);
                file.Commit();
            }
            if (_findings.Shortened > 0)
                WriteWarning($"{DisplayText.Count(_findings.Shortened, "finding")} kept in words only, "
                    + "because the properties are too many.");
            if (PassThru) WriteObject(IncidentFile.Read(_file, Cancel));
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

    private void Add(PSObject item)
    {
        if (item.BaseObject is string text)
        {
            _findings.Add("Note", text, null);
            return;
        }
        var kind = item.TypeNames.Count == 0 ? "Object" : item.TypeNames[0].Split('#')[0].Split('.')[^1];
        _findings.Add(kind, item.ToString(), ObjectJson.Of(item));
    }
}
