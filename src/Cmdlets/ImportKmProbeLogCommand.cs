using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Probes;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmProbeLog: reads the kept output of probes.</summary>
[Cmdlet(VerbsData.Import, "KmProbeLog", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(ProbeResult))]
public sealed class ImportKmProbeLogCommand : CancellableCommand
{
    private ProbeLogImport _import = null!;

    /// <summary>The files.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The files, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The probe whose output it is.</summary>
    [Parameter, ArgumentCompleter(typeof(ProbeNameCompleter)), ValidateNotNullOrEmpty]
    public string Probe { get; set; } = "";

    /// <summary>The library of probes.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Library { get; set; }

    /// <summary>The policy.</summary>
    [Parameter, ValidateNotNullOrEmpty]
    public string? Policy { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
        => _import = new ProbeLogImport(this, Probe, Place(Library), Place(Policy), Cancel);

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            if (ParameterSetName == nameof(LiteralPath))
                _import.ReadFiles(this.ResolveLiterally(LiteralPath, ErrorCode.ProbeOutputUnreadable));
            else _import.Read(Path);
        }
        catch (KernelMagnifierException error)
        {
            ThrowTerminatingError(ErrorFactory.Of(error, Probe));
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    private string? Place(string? path) => path is null ? null : this.ResolveInFileSystem(path);
}
