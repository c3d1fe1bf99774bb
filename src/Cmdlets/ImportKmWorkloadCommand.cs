using System.Management.Automation;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Cmdlets;

/// <summary>Import-KmWorkload: reads workloads that were exported as JSON.</summary>
[Cmdlet(VerbsData.Import, "KmWorkload", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(Workload))]
public sealed class ImportKmWorkloadCommand : CancellableCommand
{
    /// <summary>The workloads.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The workloads, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var file in ParameterSetName == nameof(LiteralPath)
            ? this.ResolveLiterally(LiteralPath, ErrorCode.WorkloadNotFound)
            : this.Resolve(Path, ErrorCode.WorkloadNotFound))
        {
            try
            {
                WriteObject(WorkloadFile.Read(file, Cancel));
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
}
