using System.Management.Automation;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// Reads recordings for what an interval or a time range of them needs, with progress, and writes their warnings and errors. For
/// the thread of the pipeline.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="instance">The buffer instance of a trace.dat to read; null for all.</param>
/// <param name="cancel">Ends a reading early.</param>
internal sealed class RecordingRereading(PSCmdlet cmdlet, string? instance, CancellationToken cancel)
{
    private readonly HashSet<string> _reported = [];

    /// <summary>Opens a recording and has it read. An error of it is written. Returns whether there was none.</summary>
    /// <param name="file">The recording.</param>
    /// <param name="read">Reads it.</param>
    public bool Read(string file, Action<TraceReader> read)
    {
        var progress = new WorkProgress(cmdlet, $"Reading {file}");
        try
        {
            using var reader = TraceFile.Open(file, new TraceReadOptions { Instance = instance, Cancel = cancel, Progress = progress.Report });
            read(reader);
            if (reader.Source.Info is { } info) Report(info);
            return true;
        }
        catch (KernelMagnifierException error)
        {
            cmdlet.WriteError(ErrorFactory.Of(error, file));
            return false;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            if (!cancel.IsCancellationRequested) progress.Done();
        }
    }

    private void Report(TraceInfo info)
    {
        // A recording can be read several times.
        if (!_reported.Add(info.Path)) return;
        var summary = ReadingSummary.Of(info);
        if (summary.Line is { } line)
            cmdlet.WriteWarning(TerminalText.Escape(summary.HasMore ? $"{line}. Use -Verbose for details." : line));
        foreach (var detail in summary.Details) cmdlet.WriteVerbose(TerminalText.Escape(detail));
    }
}
