using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Opens recordings for the engine, with progress, and reports what each lost once.</summary>
internal sealed class CliOpening(CliHost host)
{
    private readonly HashSet<string> _reported = [];

    /// <summary>Opens a recording and has it read.</summary>
    public void Open(string file, Action<TraceReader, CancellationToken> read)
    {
        using var progress = new ProgressBar(host);
        using var reader = TraceFile.Open(file, new TraceReadOptions
        {
            Cancel = host.Cancel, Progress = progress.ForReading(file),
        });
        read(reader, host.Cancel);
        progress.Dispose();
        if (_reported.Add(file) && reader.Source.Info is { } info && ReadingSummary.Of(info).Line is { } line) host.Warn(line);
    }
}
