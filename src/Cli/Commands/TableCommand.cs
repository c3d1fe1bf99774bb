using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Parquet;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Tables;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Writes recordings and logs as tables in Parquet files.</summary>
internal sealed class TableCommand : Command
{
    private static readonly CliOption Output = new("output", "The folder of the dataset, which is created if it does not exist")
    { Value = "DIR", Short = 'o', IsFile = true };

    private static readonly CliOption Table = new("table", "The tables of recordings [default: calls,events,intervals]")
    {
        Value = "NAME", IsList = true, Choices = ["calls", "edges", "events", "intervals", "latencies"],
    };

    private static readonly CliOption PartitionBy = new("partition-by",
        "What folders divide the tables by [default: host,recording]")
    {
        Value = "WHAT", IsList = true, Choices = ["host", "recording", "none"],
    };

    private static readonly CliOption Host = new("host", "The host of everything [default: the one in the recording or record]")
    { Value = "NAME" };

    private static readonly CliOption RecordingName = new("recording-name",
        "The name of the recording [default: that of its file]")
    { Value = "NAME" };

    private static readonly CliOption Log = new("log",
        "The files are logs of measurements, as of names with .ndjson: write the tables logs, latencies and probes");

    private static readonly CliOption Event = new("event", "The events of the table events, such as 'sched:*'")
    { Value = "SYSTEM:NAME", IsList = true };

    private static readonly CliOption Kind = new("kind", "The kinds of intervals and latencies, which can contain * and ?")
    {
        Value = "KIND", IsList = true, Suggestions = IntervalKinds.Names,
    };

    private static readonly CliOption By = new("by", "What latencies are by [default: key]")
    {
        Value = "WHAT", IsList = true,
        Choices = ["task", "cpu", "syscall", "irq", "vector", "function", "device", "key"],
    };

    private static readonly CliOption Every = new("every", "A row of latencies for each such time range, such as 1s") {
        Value = "TIME" };
    private static readonly CliOption Force = new("force", "Replace files that exist");
    private static readonly CliOption Json = new("json", "Describe the files that were written as a JSON array");

    /// <inheritdoc/>
    public override string Name => "table";

    /// <inheritdoc/>
    public override string Summary => "Write recordings and logs as Parquet tables for DuckDB, ClickHouse, pandas and others";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Output, Table, PartitionBy, Host, RecordingName, Log, Event, Kind, By, Every, Force, Json, .. Recordings.Options,
    ];

    /// <inheritdoc/>
    public override string Description => """
        Writes a file for each table of each recording: DIR/calls/host=web1/recording=trace.dat/trace.dat.parquet. Tables that a
        recording has no rows of are not written. A file appears when it is complete, and those of one recording together. Filters
        by CPU, process, task and time apply to calls, events and intervals, the others to calls and edges. Columns and types:
        docs/formats/tables.md. Standard output has the files with their rows and bytes.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The calls, events and intervals of recordings", "kernel-magnifier table *.dat -o fleet"),
        ("Who called whom, and how long it took, by second",
            "kernel-magnifier table trace.dat -o fleet --table edges,latencies --every 1s"),
        ("The logs of a fleet", "kernel-magnifier table /var/log/kernel-magnifier/*.ndjson* -o fleet"),
        ("One file for each table and recording, without folders for partitions",
            "kernel-magnifier table trace.dat -o out --partition-by none --host web1"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var folder = arguments.Text(Output)
            ?? throw CliException.Usage($"name the folder of the dataset: {Output} {Output.Value}.");
        if (arguments.Operands.Count == 0 && arguments.AfterDashes is not { Count: > 0 })
            throw CliException.Usage("name a recording or a log, or - for standard input.");
        var format = ParquetTables.Create();
        var reading = ReadingOf(arguments);
        var written = new List<TableFile>();
        var recordings = Recordings.Of(arguments, host, null);
        var options = OptionsOf(arguments, folder, recordings.Inputs);
        if (options.RecordingName is not null && recordings.Files.Count > 1)
            throw CliException.Usage(
                $"{RecordingName} names one recording, and there are {recordings.Files.Count} files. Omit it.");
        foreach (var file in recordings.Files)
        {
            if (arguments.Has(Log) || IsLog(file)) WriteLog(file, format, options, host, written);
            else WriteRecording(file, recordings, format, options, reading, host, written);
        }
        Report(arguments, host, written);
        if (written.Count > 0) return ExitCode.Ok;
        host.Report("there is nothing to write: the files have no rows of these tables, or none passes the filter. "
            + "kernel-magnifier info describes recordings.");
        return ExitCode.BadInput;
    }

    private static void WriteRecording(string file, Recordings recordings, TableFormat format, TableExportOptions options,
        TableReading reading, CliHost host, List<TableFile> written)
    {
        using var export = new TableExport(format, options with { Written = written }, host.Cancel);
        recordings.ReadWith(file, reader => export.Read(reader, reading));
        written.AddRange(export.Commit());
    }

    private static void WriteLog(
        string file, TableFormat format, TableExportOptions options, CliHost host, List<TableFile> written)
    {
        // A log has no recording. Its name tells the files of several logs apart.
        using var export = new TableExport(
            format, options with
            {
                RecordingName = options.RecordingName ?? (file == "-" ? null : Path.GetFileName(file)), Written = written,
            },
            host.Cancel);
        var reader = new LogReader();
        foreach (var record in reader.Read(file, host.Cancel)) export.Add(record);
        foreach (var warning in reader.Findings.Warnings()) host.Warn(warning);
        written.AddRange(export.Commit());
    }

    private static bool IsLog(string file) => Path.GetFileName(file).Contains(".ndjson", StringComparison.Ordinal);

    private static TableExportOptions OptionsOf(Arguments arguments, string folder, IReadOnlyList<InputIdentity> inputs)
    {
        var by = arguments.Has(PartitionBy) ? arguments.List(PartitionBy) : ["host", "recording"];
        if (by.Contains("none") && by.Count > 1) throw CliException.Usage($"{PartitionBy} none excludes other values.");
        if (by.Distinct().Count() < by.Count) throw CliException.Usage($"{PartitionBy} has a value twice.");
        return new TableExportOptions
        {
            Folder = folder, HostName = arguments.Text(Host), RecordingName = arguments.Text(RecordingName),
                Force = arguments.Has(Force),
            Inputs = inputs,
            PartitionBy = [.. by.Where(name => name != "none").Select(name => Enum.Parse<TablePartition>(name,
                ignoreCase: true))],
        };
    }

    private static TableReading ReadingOf(Arguments arguments)
    {
        var calls = FilterOptions.Read(arguments);
        var kinds = arguments.List(Kind).SelectMany(pattern => IntervalKinds.Find(pattern) ?? throw CliException.Usage(
            $"{Kind} does not accept '{pattern}'. Use one of: {string.Join(", ", IntervalKinds.Names)}.")).ToList();
        var by = arguments.Has(By) ? arguments.List(By) : ["key"];
        var reading = new TableReading
        {
            Calls = calls, Events = arguments.List(Event),
            Intervals = new LatencyPlan
            {
                Kinds = kinds, Every = IntervalOptions.Duration(arguments, Every, least: 1),
                By = by.Aggregate(LatencyGrouping.None, (all, name) => all | Enum.Parse<LatencyGrouping>(name, ignoreCase: true)),
                Filter = new LatencyFilter
                {
                    Comm = calls.Comm, ProcessId = calls.ProcessId, Cpu = calls.Cpu, Since = calls.Since, Until = calls.Until,
                    ExcludeComm = calls.ExcludeComm, ExcludeProcessId = calls.ExcludeProcessId, ExcludeCpu = calls.ExcludeCpu,
                },
            },
        };
        return arguments.Has(Table)
            ? reading with { Tables = [.. arguments.List(Table).Select(name => Enum.Parse<TableKind>(name,
                ignoreCase: true))] } : reading;
    }

    private static void Report(Arguments arguments, CliHost host, List<TableFile> written)
    {
        if (!arguments.Has(Json))
        {
            foreach (var file in written)
                host.Write(string.Create(CultureInfo.InvariantCulture,
                    $"{TerminalText.Escape(file.Path)}  {file.Rows} rows  {file.Bytes} bytes\n"));
            return;
        }
        using var json = new Utf8JsonWriter(host.Output, ReportWriter.JsonOptions with { Indented = true });
        json.WriteStartArray();
        foreach (var file in written)
        {
            json.WriteStartObject();
            json.WriteString("table", TableSchema.Of(file.Table).Name);
            json.WriteString("path", file.Path);
            json.WriteString("host", file.Host);
            json.WriteString("recording", file.Recording);
            json.WriteNumber("rows", file.Rows);
            json.WriteNumber("bytes", file.Bytes);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.Flush();
        host.Write("\n");
    }
}
