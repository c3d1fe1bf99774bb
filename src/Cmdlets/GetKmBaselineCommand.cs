using System.Management.Automation;
using KernelMagnifier.Comparison.Baselines;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmBaseline: describes baselines.</summary>
[Cmdlet(VerbsCommon.Get, "KmBaseline", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(TraceBaseline))]
public sealed class GetKmBaselineCommand : CancellableCommand
{
    /// <summary>The baselines.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The baselines, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var file in ParameterSetName == nameof(LiteralPath) ? this.ResolveLiterally(LiteralPath, ErrorCode.BaselineNotFound)
            : this.Resolve(Path, ErrorCode.BaselineNotFound))
        {
            try
            {
                WriteObject(BaselineFile.Read(file, Cancel));
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
