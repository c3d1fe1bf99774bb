using System.Management.Automation;
using KernelMagnifier.Cmdlets.Pipelines;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Probes.Running;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Probes;

/// <summary>
/// Reads the output of a run on the thread of the runner, and hands the results to the thread of the pipeline as they come. When
/// the pipeline was stopped, nobody takes them: then the run still ends as it should.
/// </summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="thread">The thread of the runner.</param>
/// <param name="cancel">Cancelled when the pipeline is stopped.</param>
internal sealed class ProbeRunOutput(Cmdlet cmdlet, ReadingThread thread, CancellationToken cancel) : IProbeOutput
{
    private ProbeOutputReader? _reader;

    /// <inheritdoc/>
    public void Begin(ProbeSource source)
        => _reader = new ProbeOutputReader(source.Manifest, result => Post(() => cmdlet.WriteObject(result)),
            () => DateTimeOffset.UtcNow);

    /// <inheritdoc/>
    public void Line(ReadOnlySpan<byte> line) => _reader?.Line(line);

    /// <inheritdoc/>
    public void Warning(string text) => Post(() => cmdlet.WriteWarning(TerminalText.Escape(text)));

    /// <summary>Writes what was wrong with the output, and the summary of the run.</summary>
    public void End(string name, ProbeRunResult result)
    {
        _reader?.Finish();
        foreach (var warning in _reader?.Findings.Warnings() ?? []) Warning(warning);
        var summary = ProbeRunSummary.Of(name, result);
        if (result.Outcome != "Completed" && result.Reason is { } reason) Warning($"{result.Outcome}: {reason}");
        Post(() => cmdlet.WriteObject(summary));
    }

    private void Post(Action action)
    {
        if (cancel.IsCancellationRequested) return;
        try
        {
            thread.Post(action);
        }
        catch (OperationCanceledException)
        {
            // The runner ends the program; its output is lost with the pipeline.
        }
    }
}
