using System.Management.Automation;
using KernelMagnifier.Cmdlets.Completion;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Latency;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets;

/// <summary>Test-KmTrace: says what can be trusted in recordings.</summary>
[Cmdlet(VerbsDiagnostic.Test, "KmTrace", DefaultParameterSetName = nameof(Path))]
[OutputType(typeof(TraceCheck), typeof(bool))]
public sealed class TestKmTraceCommand : CancellableCommand
{
    /// <summary>The recordings; <c>-</c> is standard input.</summary>
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
        if (ParameterSetName == nameof(LiteralPath))
            foreach (var file in this.ResolveLiterally(LiteralPath, ErrorCode.TraceNotFound)) Check(file);
        else
            foreach (var path in Path)
            {
                if (path.Length == 0) WriteError(ErrorFactory.EmptyPath());
                else if (path == "-") CheckStandardInput();
                else foreach (var file in this.Resolve([path], ErrorCode.TraceNotFound)) Check(file);
            }
    }

    private void Check(string file)
        => Guarded(() => Check(file, options => TraceFile.Open(file, options), act => act(), Cancel));

    /// <summary>Reads standard input of this process, on a thread of its own: only that thread waits for it.</summary>
    private void CheckStandardInput()
    {
        if (Host.Name != "ConsoleHost" || !Console.IsInputRedirected) ThrowTerminatingError(ErrorFactory.NoStandardInput());
        using var thread = new ReadingThread(
            (own, cancel) => Check("-", options => TraceFile.Open("-", options), own.Post, cancel), Cancel);
        Guarded(thread.Finish);
    }

    private void Check(string name, Func<TraceReadOptions, TraceReader> open, Action<Action> onPipeline, CancellationToken cancel)
    {
        var progress = new WorkProgress(this, $"Reading {name}");
        try
        {
            using var reader = open(new TraceReadOptions
            {
                Instance = Instance, Cancel = cancel, Progress = done => onPipeline(() => progress.Report(done)),
            });
            var check = TraceChecker.Check(reader, cancel);
            onPipeline(() => WriteObject(Quiet ? check.IsComplete : check));
        }
        catch (KernelMagnifierException error)
        {
            onPipeline(() => WriteError(ErrorFactory.Of(error, name)));
        }
        onPipeline(progress.Done);
    }

    private static void Guarded(Action reading)
    {
        try
        {
            reading();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }
}
