using System.Management.Automation;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Counting;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// Reads one recording for Measure-KmLatency and writes its warnings and errors. <see cref="Run"/> may run on another thread than
/// the pipeline's; then a <see cref="ReadingThread"/> carries the output.
/// </summary>
internal sealed class LatencyImport(Cmdlet cmdlet, string name, string? instance)
{
    private readonly WorkProgress _progress = new(cmdlet, $"Reading {name}");
    private ReadingThread? _thread;
    private TraceReader? _reader;

    /// <summary>Reads the recording.</summary>
    /// <param name="open">Opens it.</param>
    /// <param name="sink">Receives its intervals.</param>
    /// <param name="thread">The thread that runs this; null for the thread of the pipeline.</param>
    /// <param name="cancel">Ends the reading early with <see cref="OperationCanceledException"/>.</param>
    public void Run(
        Func<TraceReadOptions, TraceReader> open, IntervalSink sink, ReadingThread? thread, CancellationToken cancel)
    {
        _thread = thread;
        try
        {
            using var reader = _reader = open(new TraceReadOptions
            {
                Instance = instance, Cancel = cancel, Progress = progress => OnPipeline(() => _progress.Report(progress)),
            });
            reader.Read(new IntervalBuilder(sink), null, cancel);
            OnPipeline(() => Report(reader.Info));
        }
        catch (KernelMagnifierException error)
        {
            OnPipeline(() => cmdlet.WriteError(ErrorFactory.Of(error, name)));
        }
        OnPipeline(_progress.Done);
    }

    /// <summary>Reports what is known of a recording whose reading was stopped. Called on the thread of the pipeline.</summary>
    public void ReportStopped()
    {
        _progress.Done();
        if (_reader?.Source.Info is { } info) Report(info);
    }

    /// <summary>Has an action run by the thread of the pipeline.</summary>
    public void OnPipeline(Action action)
    {
        if (_thread is null) action();
        else _thread.Post(action);
    }

    private void Report(TraceInfo info)
    {
        var summary = ReadingSummary.Of(info);
        if (summary.Line is { } line)
            cmdlet.WriteWarning(TerminalText.Escape(summary.HasMore ? $"{line}. Use -Verbose for details." : line));
        foreach (var detail in summary.Details) cmdlet.WriteVerbose(TerminalText.Escape(detail));
    }
}
