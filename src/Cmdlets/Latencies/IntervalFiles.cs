using System.Management.Automation;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Latency;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>Reads the recordings that a cmdlet names into sinks of intervals.</summary>
/// <param name="cmdlet">The cmdlet, which reports warnings and errors.</param>
/// <param name="instance">The buffer instance of a trace.dat to read; null for all.</param>
/// <param name="newSink">Makes the sink of a recording.</param>
/// <param name="cancel">Ends a reading early.</param>
internal sealed class IntervalFiles(
    PSCmdlet cmdlet, string? instance, Func<IntervalSink> newSink, CancellationToken cancel)
{
    private LatencyImport? _import;

    /// <summary>Reads recordings by paths with wildcards; <c>-</c> is standard input.</summary>
    public void Read(IEnumerable<string> paths)
    {
        foreach (var path in paths)
        {
            if (path.Length == 0) cmdlet.WriteError(ErrorFactory.EmptyPath());
            else if (path == "-") ReadStandardInput();
            else foreach (var file in cmdlet.Resolve([path], ErrorCode.TraceNotFound)) ReadFile(file);
        }
    }

    /// <summary>Reads recordings by paths without wildcards.</summary>
    public void ReadLiterally(string[] paths)
    {
        foreach (var file in cmdlet.ResolveLiterally(paths, ErrorCode.TraceNotFound)) ReadFile(file);
    }

    private void ReadFile(string file)
    {
        var import = _import = new LatencyImport(cmdlet, file, instance);
        Guarded(() => import.Run(options => TraceFile.Open(file, options), newSink(), null, cancel));
    }

    /// <summary>Reads standard input of this process, on a thread of its own: only that thread waits for it.</summary>
    private void ReadStandardInput()
    {
        if (cmdlet.Host.Name != "ConsoleHost" || !Console.IsInputRedirected)
            cmdlet.ThrowTerminatingError(ErrorFactory.NoStandardInput());
        var import = _import = new LatencyImport(cmdlet, "-", instance);
        using var thread = new ReadingThread(
            (own, stop) => import.Run(options => TraceFile.Open("-", options), newSink(), own, stop), cancel);
        Guarded(thread.Finish);
    }

    private void Guarded(Action reading)
    {
        try
        {
            reading();
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (Exception) when (!cancel.IsCancellationRequested)
        {
            _import?.ReportStopped();
            throw;
        }
    }
}
