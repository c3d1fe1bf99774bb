using System.Management.Automation;
using KernelMagnifier.Incidents;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmIncident: reads incident files, and extracts what is in them.</summary>
[Cmdlet(VerbsData.Import, "KmIncident", DefaultParameterSetName = nameof(Path), SupportsShouldProcess = true)]
[OutputType(typeof(Incident))]
public sealed class ImportKmIncidentCommand : CancellableCommand
{
    /// <summary>The incident files.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The incident files, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>Extract the files into this directory.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Destination { get; set; }

    /// <summary>Replace existing files.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var file in ParameterSetName == nameof(LiteralPath)
            ? this.ResolveLiterally(LiteralPath, ErrorCode.IncidentNotFound)
            : this.Resolve(Path, ErrorCode.IncidentNotFound))
        {
            try
            {
                if (Destination is null) WriteObject(IncidentFile.Read(file, Cancel));
                else Extract(file, this.ResolveInFileSystem(Destination));
            }
            catch (KernelMagnifierException error)
            {
                WriteError(ErrorFactory.Of(error, file));
            }
            catch (OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    private void Extract(string file, string directory)
    {
        if (!ShouldProcess(TerminalText.Escape(directory), $"Extract {TerminalText.Escape(file)}")) return;
        WriteObject(IncidentFile.ExtractTo(file, directory, Force, Cancel));
    }
}
