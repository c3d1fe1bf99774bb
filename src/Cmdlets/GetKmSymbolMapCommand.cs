using System.Management.Automation;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cmdlets;

/// <summary>Get-KmSymbolMap: reads a symbol map.</summary>
[Cmdlet(VerbsCommon.Get, "KmSymbolMap", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(SymbolSource))]
public sealed class GetKmSymbolMapCommand : PSCmdlet, IDisposable
{
    private readonly CancellationTokenSource _stopping = new();

    /// <summary>Map files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Map files, by paths in which nothing is a wildcard.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var file in ParameterSetName == nameof(Path) ? this.Resolve(Path) : this.ResolveLiterally(LiteralPath))
        {
            try
            {
                var map = SymbolMap.Load(file, _stopping.Token);
                foreach (var warning in map.Warnings) WriteWarning(TerminalText.Escape(warning));
                foreach (var row in map.Rows) WriteObject(row);
            }
            catch (TraceException error)
            {
                WriteError(ErrorFactory.SymbolMapUnreadable(error));
            }
            catch (OperationCanceledException)
            {
                throw new PipelineStoppedException();
            }
        }
    }

    /// <inheritdoc/>
    protected override void StopProcessing() => _stopping.Cancel();

    /// <inheritdoc/>
    public void Dispose() => _stopping.Dispose();
}
