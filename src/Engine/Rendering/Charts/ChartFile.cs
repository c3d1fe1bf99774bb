using System.Text;
using KernelMagnifier.Files;
using KernelMagnifier.Processes;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Charts;

/// <summary>The file of a chart. Errors that no chart can change are reported before it is drawn.</summary>
internal sealed class ChartFile
{
    private const string Tool = "gnuplot";
    private const int LongestErrors = 500;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(60);

    private readonly string _path, _format;
    private readonly ChartOptions _options;
    private readonly string? _gnuplot;

    /// <summary>Checks the options and the file.</summary>
    /// <param name="path">The file. Its extension selects the format unless the options name it.</param>
    /// <param name="options">What to draw.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be written, or gnuplot is missing.</exception>
    public ChartFile(string path, ChartOptions options)
    {
        (_path, _options, _format) = (path, options, ChartExporter.FormatOf(path, options.Format));
        if (options.Top is < 1 or > ChartExporter.MostSeries)
        {
            throw new KernelMagnifierException(ErrorCode.ValueOutOfRange, null,
                $"A chart of {DisplayText.Number(options.Top)} latencies was requested.",
                $"Use 1 to {ChartExporter.MostSeries}.");
        }
        OutputFile.Check(path, options.Force, options.Inputs);
        _gnuplot = _format is "png" or "pdf" ? ExternalTool.Find("gnuplot", Tool, "gnuplot-nox") : null;
    }

    /// <summary>Writes the chart. The file appears complete or not at all.</summary>
    /// <param name="picture">The picture.</param>
    /// <param name="series">The series in it, the numbers of which a page also has.</param>
    /// <param name="progress">Receives the current step and the progress in per cent.</param>
    /// <param name="cancel">Cancels the export; nothing is left behind.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be written, or gnuplot failed.</exception>
    public void Write(
        ChartPicture picture, IReadOnlyList<ChartSeries> series, Action<string, int>? progress, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var file = OutputFile.Create(_path, _options.Force, _options.Inputs, cancel);
        try
        {
            switch (_format)
            {
                case "svg": ChartSvg.Write(picture, new StringBuilder(), file.Stream, isInPage: false); break;
                case "html": ChartPage.Write(picture, series, _options.Kind, file.Stream); break;
                default: Run(ChartScript.Of(picture, _format), file, cancel); break;
            }
            progress?.Invoke("Writing", 100);
            file.Commit();
        }
        catch (IOException error)
        {
            throw OutputFile.NotWritten(_path, error);
        }
    }

    private void Run(string script, OutputFile file, CancellationToken cancel)
    {
        // -d: gnuplot reads no start-up files.
        var result = ExternalTool.Run(_gnuplot!, ["-d", "-"], script, file.Seekable, Limit, cancel);
        if (!result.Finished)
        {
            throw new KernelMagnifierException(ErrorCode.ToolFailed, Tool,
                $"the program did not finish within {Limit.TotalSeconds:0} s.", "Write the chart as .svg or .html.");
        }
        if (result.ExitCode == 0 && file.Seekable.Length > 0) return;
        var errors = DisplayText.Shorten(DisplayText.Visible(result.Errors.Trim().ReplaceLineEndings("; ")), LongestErrors);
        throw new KernelMagnifierException(ErrorCode.ToolFailed, Tool,
            $"the program failed with exit code {result.ExitCode}{(errors.Length > 0 ? $": {errors}." : ".")}",
            "Write the chart as .svg or .html.");
    }
}
