using System.Management.Automation;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Text;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cmdlets.Comparisons;

/// <summary>Reads what a comparison needs of recordings, and writes their warnings.</summary>
internal sealed class SampleImport(Cmdlet cmdlet, TraceSampler sampler, string? instance, CancellationToken cancel)
{
    /// <summary>Reads a recording. An error ends the cmdlet: without a recording, a comparison would be another one.</summary>
    public TraceSample Read(string file)
    {
        var progress = new WorkProgress(cmdlet, $"Reading {file}");
        try
        {
            using var reader = Open(file, progress);
            var sample = sampler.Read(reader, cancel);
            var summary = ReadingSummary.Of(sample.Info);
            if (summary.Line is { } line)
                cmdlet.WriteWarning(TerminalText.Escape(summary.HasMore ? $"{line}. Use -Verbose for details." : line));
            foreach (var detail in summary.Details) cmdlet.WriteVerbose(TerminalText.Escape(detail));
            progress.Done();
            return sample;
        }
        catch (KernelMagnifierException error)
        {
            progress.Done();
            cmdlet.ThrowTerminatingError(ErrorFactory.Of(error, file));
            throw;
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
    }

    /// <summary>Has a recording read that was read before. Its warnings were written then.</summary>
    public void ReadAgain(string file, Action<TraceReader, CancellationToken> read)
    {
        var progress = new WorkProgress(cmdlet, $"Finding causes in {file}");
        try
        {
            using var reader = Open(file, progress);
            read(reader, cancel);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        finally
        {
            progress.Done();
        }
    }

    private TraceReader Open(string file, WorkProgress progress) => TraceFile.Open(file, new TraceReadOptions
    {
        Instance = instance, Cancel = cancel, Progress = done => progress.Report(done),
    });
}
