using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Latency;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Test-KmTrace: says what can be trusted in recordings.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KmTrace", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(TraceCheck), typeof(bool))]
public sealed class TestKmTraceCommand : CancellableCommand
{
    /// <summary>The recordings.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = nameof(Path), ValueFromPipeline = true,
        ValueFromPipelineByPropertyName = true)]
    [SupportsWildcards, ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>The recordings, without wildcards.</summary>
    [Parameter(Mandatory = true, ParameterSetName = nameof(LiteralPath), ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "FullName", "LP"), ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <summary>The buffer instance of a trace.dat to read.</summary>
    [Parameter, ArgumentCompleter(typeof(NoFileCompleter)), ValidateNotNull, AllowEmptyString]
    public string? Instance { get; set; }

    /// <summary>Return whether each recording is complete instead of what was found.</summary>
    [Parameter]
    public SwitchParameter Quiet { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var files = ParameterSetName == nameof(LiteralPath)
            ? this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound) : this.Resolve(Path, ErrorCode.TraceNotFound);
        foreach (var file in files) Check(file);
    }

    private void Check(string file)
    {
        var progress = new WorkProgress(this, $"Reading {file}");
        try
        {
            using var reader = TraceFile.Open(
                file, new TraceReadOptions { Instance = Instance, Cancel = Cancel, Progress = progress.Report });
            var check = TraceChecker.Check(reader, Cancel);
            WriteObject(Quiet ? check.IsComplete : check);
        }
        catch (KernelMagnifierException error)
        {
            WriteError(ErrorFactory.Of(error, file));
        }
        finally
        {
            progress.Done();
        }
    }
}
