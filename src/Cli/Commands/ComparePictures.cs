using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Comparison;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Charts;
using KernelMagnifier.Rendering.Graphs;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The pictures, pages and profiles of a comparison, which the extension of the output file selects.</summary>
internal sealed class ComparePictures
{
    /// <summary>What a file shows.</summary>
    public static readonly CliOption Type = new("type",
        "What a picture or page shows: the graph of calls, the distributions of lengths, or the rows")
    {
        Value = "TYPE", Choices = ["graph", "cdf", "report"],
    };

    private readonly string _path, _type;
    private readonly bool _force;

    private ComparePictures(string path, string type, bool force) => (_path, _type, _force) = (path, type, force);

    /// <summary>The picture that the options name; null for rows.</summary>
    public static ComparePictures? Of(Arguments arguments)
    {
        var (path, type) = (arguments.Text(OutputOptions.Output), arguments.Text(Type));
        if (path is null or "-")
            return type is null ? null : throw CliException.Usage($"{Type} needs a file: {OutputOptions.Output} FILE.");
        var extension = Path.GetExtension(path).ToLowerInvariant();
        if (type is null && extension != DifferenceProfileExporter.Extension && !GraphExporter.Formats.Contains(extension))
            return null;
        if (OutputOptions.HasFormat(arguments))
            throw CliException.Usage($"{OutputOptions.Output}: '{path}' is no file of rows, so it has no other format.");
        if (type is null && extension == DifferenceProfileExporter.Extension) type = "folded";
        type ??= "graph";
        if (type != "folded")
            GraphCommand.RequireFormat(OutputOptions.Output, path, type switch
            {
                "cdf" => ChartExporter.Formats,
                "report" => CallReportExporter.TableFormats,
                _ => GraphExporter.Formats,
            });
        return new ComparePictures(path, type, !arguments.Has(OutputOptions.NoClobber));
    }

    /// <summary>Writes the file.</summary>
    /// <param name="host">The environment of the command.</param>
    /// <param name="rows">The rows, at least one unless all were left out.</param>
    /// <param name="inputs">The files that were read, which the file must not replace.</param>
    public void Write(CliHost host, IReadOnlyList<TraceDifference> rows, IReadOnlyList<InputIdentity> inputs)
    {
        using var progress = new ProgressBar(host);
        var note = _type switch
        {
            "cdf" => DifferenceChartExporter.Export(rows, _path,
                new ChartOptions { Kind = ChartKind.Cdf, Force = _force, Inputs = inputs },
                progress.ForDrawing(), host.Cancel).Note,
            "report" => CallReportExporter.Export(
                rows, _path, null, null, _force, null, progress.ForDrawing(), host.Cancel).Note,
            "folded" => Folded(host, rows, inputs, progress),
            _ => DifferenceGraphExporter.Export(rows, _path, new GraphOptions { Force = _force, Inputs = inputs },
                progress.ForDrawing(), null, host.Cancel).Note,
        };
        if (note is not null) host.Report(note);
    }

    private string? Folded(
        CliHost host, IReadOnlyList<TraceDifference> rows, IReadOnlyList<InputIdentity> inputs, ProgressBar progress)
        => rows is not [{ Comparison: { } comparison }, ..] ? null : DifferenceProfileExporter.Export(comparison, _path,
            new DifferenceProfileOptions { Force = _force, Inputs = inputs }, progress.ForDrawing(), host.Cancel).Note;
}
