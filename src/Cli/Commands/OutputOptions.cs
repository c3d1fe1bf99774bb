using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>How and where data is written, the same for every command that writes rows.</summary>
internal static class OutputOptions
{
    private static readonly CliOption Format = new("format", "How to write it") { Value = "FORMAT", Choices = ["table", "csv", "json", "jsonl"], Default = "table" };
    private static readonly CliOption Csv = new("csv", "The same as --format csv");
    private static readonly CliOption Json = new("json", "The same as --format json");

    /// <summary>The file to write.</summary>
    public static readonly CliOption Output = new("output", "Write to this file, whole or not at all, instead of standard output") { Value = "FILE", Short = 'o', IsFile = true };

    /// <summary>Refuses to replace a file.</summary>
    public static readonly CliOption NoClobber = new("no-clobber", "Do not replace a file that is there already");

    /// <summary>What the cmdlets call it; here it is the rule.</summary>
    public static readonly CliOption Force = new("force", "Replace a file that is there already, which is the rule") { IsHidden = true };

    /// <summary>The options.</summary>
    public static readonly IReadOnlyList<CliOption> All = [Format, Csv, Json, Output, NoClobber, Force];

    /// <summary>The format asked for.</summary>
    public static ReportFormat FormatOf(Arguments arguments)
    {
        if (arguments.Has(Csv) && arguments.Has(Json)) throw CliException.Usage($"{Csv} and {Json} are two formats: choose one.");
        var name = arguments.Has(Csv) ? "csv" : arguments.Has(Json) ? "json" : arguments.Text(Format);
        if (arguments.Has(Format) && name != arguments.Text(Format)) throw CliException.Usage($"{Format} {arguments.Text(Format)} and --{name} are two formats: choose one.");
        return name switch { "csv" => ReportFormat.Csv, "json" => ReportFormat.Json, "jsonl" => ReportFormat.JsonLines, _ => ReportFormat.Table };
    }

    /// <summary>Says what stands in the way of the output file before any work is done.</summary>
    public static void Check(Arguments arguments)
    {
        if (arguments.Text(Output) is { } path && !IsDevice(path)) OutputFile.Check(path, !arguments.Has(NoClobber));
    }

    /// <summary>Writes the data to the file asked for, or to standard output.</summary>
    public static void Write(Arguments arguments, CliHost host, Action<Stream, ReportStyle> write)
    {
        if (arguments.Text(Output) is not { } path || path == "-")
        {
            write(new DataStream(host.Output, "standard output"), new ReportStyle(host.OutputIsTerminal, host.Colour));
            return;
        }
        if (IsDevice(path))
        {
            using var device = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, 0);
            write(new DataStream(device, path), default);
            return;
        }
        using var file = OutputFile.Create(path, !arguments.Has(NoClobber));
        using (host.UndoOnExit(file.Dispose))
        {
            write(new DataStream(file.Stream, path), default);
            file.Commit();
        }
    }

    // /dev/null, /dev/stdout, /dev/fd/3: something to write to, nothing to put a file in the place of.
    private static bool IsDevice(string path) => path == "-" || (path.StartsWith("/dev/", StringComparison.Ordinal) && File.Exists(path));
}
