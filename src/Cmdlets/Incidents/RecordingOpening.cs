using System.Management.Automation;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Incidents;

/// <summary>
/// Opens recordings for the engine, with progress, and writes the warnings of each once. For the thread of the pipeline.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="cancel">Ends a reading early.</param>
internal sealed class RecordingOpening(PSCmdlet cmdlet, CancellationToken cancel)
{
    private readonly HashSet<string> _reported = [];

    /// <summary>Opens a recording and has it read.</summary>
    /// <exception cref="KernelMagnifierException">It cannot be read.</exception>
    public void Open(string file, Action<TraceReader, CancellationToken> read)
    {
        var progress = new WorkProgress(cmdlet, $"Reading {file}");
        try
        {
            using var reader = TraceFile.Open(file, new TraceReadOptions { Cancel = cancel, Progress = progress.Report });
            read(reader, cancel);
            if (reader.Source.Info is { } info) Report(info);
        }
        finally
        {
            if (!cancel.IsCancellationRequested) progress.Done();
        }
    }

    private void Report(TraceInfo info)
    {
        if (!_reported.Add(info.Path)) return;
        var summary = ReadingSummary.Of(info);
        if (summary.Line is { } line)
            cmdlet.WriteWarning(TerminalText.Escape(summary.HasMore ? $"{line}. Use -Verbose for details." : line));
        foreach (var detail in summary.Details) cmdlet.WriteVerbose(TerminalText.Escape(detail));
    }
}
