using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options for the format and the file of the output, shared by the commands that write rows.</summary>
internal static class OutputOptions
{
    private static readonly CliOption Format = new("format", "The format of the output")
    {
        Value = "FORMAT", Choices = ["table", "csv", "json", "jsonl"], Default = "table",
    };

    private static readonly CliOption Csv = new("csv", "The same as --format csv");
    private static readonly CliOption Json = new("json", "The same as --format json");

    /// <summary>The file to write.</summary>
    public static readonly CliOption Output = new("output",
        "Write to this file instead of standard output. The file appears when it is complete")
    {
        Value = "FILE", Short = 'o', IsFile = true,
    };

    /// <summary>Refuses to replace an existing file.</summary>
    public static readonly CliOption NoClobber = new("no-clobber", "Do not replace an existing file");

    /// <summary>Has no effect, because files are replaced by default. Accepted because the cmdlets have it.</summary>
    public static readonly CliOption Force = new("force", "Replace an existing file, which is the default") { IsHidden = true };

    /// <summary>The options.</summary>
    public static readonly IReadOnlyList<CliOption> All = [Format, Csv, Json, Output, NoClobber, Force];

    /// <summary>Returns the requested format.</summary>
    public static ReportFormat FormatOf(Arguments arguments)
    {
        if (arguments.Has(Csv) && arguments.Has(Json))
            throw CliException.Usage($"{Csv} and {Json} exclude each other. Choose one.");
        var format = arguments.Text(Format);
        var name = arguments.Has(Csv) ? "csv" : arguments.Has(Json) ? "json" : format;
        if (arguments.Has(Format) && name != format)
            throw CliException.Usage($"{Format} {format} and --{name} exclude each other. Choose one.");
        return name switch
        {
            "csv" => ReportFormat.Csv,
            "json" => ReportFormat.Json,
            "jsonl" => ReportFormat.JsonLines,
            _ => ReportFormat.Table,
        };
    }

    /// <summary>Whether a format was chosen.</summary>
    public static bool HasFormat(Arguments arguments) => arguments.Has(Format) || arguments.Has(Csv) || arguments.Has(Json);

    /// <summary>Checks before the work that the output file can be written.</summary>
    public static void Check(Arguments arguments)
    {
        if (arguments.Text(Output) is { } path && path != "-") OutputFile.Check(path, !arguments.Has(NoClobber));
    }

    /// <summary>Writes the output to the requested file or to standard output.</summary>
    public static void Write(
        Arguments arguments, CliHost host, IReadOnlyList<InputIdentity> inputs, Action<Stream, ReportStyle> write)
    {
        if (arguments.Text(Output) is not { } path || path == "-")
        {
            write(new DataStream(host.Output, "standard output"), new ReportStyle(host.OutputIsTerminal, host.Colour));
            return;
        }
        using var file = OutputFile.Create(path, !arguments.Has(NoClobber), inputs, host.Cancel);
        using (host.CleanUpOnSignal(file.Dispose))
        {
            write(new DataStream(file.Stream, path), default);
            file.Commit();
        }
    }
}
