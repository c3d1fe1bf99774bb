using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Reads logs of measurements.</summary>
internal sealed class LogCommand : Command
{
    private static readonly CliOption Latencies = new("latency", "Write the latencies of all records merged instead");

    private static readonly CliOption Every = new("every", "With --latency, a row for each such range of time, such as 1h")
    { Value = "TIME" };

    private static readonly CliOption Kind = new("kind", "With --latency, the kinds, which can contain * and ?")
    {
        Value = "KIND", IsList = true, Suggestions = IntervalKinds.Names,
    };

    /// <inheritdoc/>
    public override string Name => "log";

    /// <inheritdoc/>
    public override string Summary => "Read logs of measurements: list, filter and merge their records";

    /// <inheritdoc/>
    public override string Operands => "FILE...";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Latencies, Every, Kind, .. LogOptions.All, .. RowOptions.All, .. OutputOptions.All];

    /// <inheritdoc/>
    public override string Description => """
        A file is one of lines of JSON, compressed with gzip or zstd or not, what rsyslog wrote of it, or the output of
        journalctl -o json --all or -o export. - is standard input. With --json, each record is written as one line.
        Copies of a record are left out. What is missing in a sequence of runs is reported.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The records of the last week", "kernel-magnifier log /var/log/kernel-magnifier/*.ndjson* --since 7d"),
        ("Latencies by hour, as CSV", "kernel-magnifier log runq.ndjson --latency --every 1h --csv"),
        ("What did not run, and why", "kernel-magnifier log runq.ndjson --status Skipped,Failed,Suspended"),
        ("From the journal", "journalctl -o json --all -t kernel-magnifier | kernel-magnifier log -"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        if (arguments.Operands.Count == 0 || arguments.Operands.Contains(""))
            throw CliException.Usage("name a log, or - for standard input.");
        foreach (var option in new[] { Every, Kind })
            if (arguments.Has(option) && !arguments.Has(Latencies))
                throw CliException.Usage($"{option} needs {Latencies}.");
        var reader = new LogReader { Filter = LogOptions.Read(arguments, DateTimeOffset.UtcNow) };
        var files = arguments.Operands.SelectMany(Recordings.Expand).ToList();
        if (files.Count(file => file == "-") > 1) throw CliException.Usage("standard input (-) can be named only once.");
        var records = files.SelectMany(file => reader.Read(file, host.Cancel));
        var inputs = InputIdentity.Of(files);
        var written = arguments.Has(Latencies) ? Merge(arguments, host, records, inputs, format)
            : format is ReportFormat.Json or ReportFormat.JsonLines ? WriteLines(arguments, host, records, inputs)
            : WriteTable(arguments, host, records, inputs, format);
        foreach (var warning in reader.Findings.Warnings()) host.Warn(warning);
        if (written > 0) return ExitCode.Ok;
        host.Report(reader.Findings.Records == 0 ? "no record." : "no record passes the filter.");
        return RowOptions.FailsIfEmpty(arguments) ? ExitCode.BadInput : ExitCode.Ok;
    }

    private static long WriteTable(Arguments arguments, CliHost host, IEnumerable<Measurement> records,
        IReadOnlyList<InputIdentity> inputs, ReportFormat format)
    {
        var table = LogReports.Table();
        foreach (var record in records) table.Rows.Add(LogReports.Row(record));
        var all = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, inputs, (output, style) => ReportWriter.Write(table, format, output, style));
        if (table.Rows.Count < all) host.Report($"{table.Rows.Count} of {all} rows");
        return all;
    }

    /// <summary>Writes records as they are read, as many as were asked for.</summary>
    private static long WriteLines(
        Arguments arguments, CliHost host, IEnumerable<Measurement> records, IReadOnlyList<InputIdentity> inputs)
    {
        var (written, limit) = (0L, RowOptions.Limit(arguments));
        OutputOptions.Write(arguments, host, inputs, (output, _) =>
        {
            foreach (var record in records)
            {
                if (written++ >= limit) continue;
                output.Write(MeasurementJson.ToLine(record));
                output.Write("\n"u8);
            }
            output.Flush();
        });
        if (written > limit) host.Report($"{limit} of {written} records");
        return written;
    }

    private static long Merge(Arguments arguments, CliHost host, IEnumerable<Measurement> records,
        IReadOnlyList<InputIdentity> inputs, ReportFormat format)
    {
        var kinds = arguments.List(Kind).SelectMany(pattern => IntervalKinds.Find(pattern) ?? throw CliException.Usage(
            $"{Kind} does not accept '{pattern}'. Use one of: {string.Join(", ", IntervalKinds.Names)}.")).ToHashSet();
        TimeSpan? every = IntervalOptions.Duration(arguments, Every, LogLatencies.ShortestRange) is { } length
            ? TimeSpan.FromTicks(length / TimeSpan.NanosecondsPerTick) : null;
        var merger = new LatencyMerger();
        var merged = 0L;
        foreach (var record in records)
        {
            LogLatencies.Add(merger, record, every);
            merged++;
        }
        var latencies = LogLatencies.Sorted(merger.Latencies().Where(one => kinds.Count == 0 || kinds.Contains(one.Row.Kind)));
        var (table, rows) = LatencyReports.Table(latencies, byRecording: false);
        var all = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, inputs, (output, style) => LatencyReports.Write(table, rows, format, output, style));
        if (merger.HasMoreRows) host.Warn(LogLatencies.MoreRows);
        if (table.Rows.Count < all) host.Report($"{table.Rows.Count} of {all} rows");
        if (merged > 0 && all == 0) host.Report("the records have no latencies of these kinds.");
        return merged == 0 ? 0 : Math.Max(all, RowOptions.FailsIfEmpty(arguments) ? 0 : 1);
    }
}
