using KernelMagnifier.Counting;
using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Tables;

/// <summary>Writes tables of recordings and objects. The files appear together, when everything is written.</summary>
internal sealed class TableExport : IDisposable
{
    private const int MostFiles = 1000, MostObjects = 1 << 14, MostLogs = 1 << 10;

    private readonly TableFormat _format;
    private readonly TableExportOptions _options;
    private readonly CancellationToken _cancel;
    private readonly Dictionary<TablePlace, TableOutput> _outputs = [];
    private readonly HashSet<string> _paths = new(StringComparer.Ordinal);
    private readonly Dictionary<TableOutput, TableNames> _names = new(ReferenceEqualityComparer.Instance);
    private readonly ObjectRows _objects;

    /// <summary>Starts to write.</summary>
    /// <param name="format">The format of the files.</param>
    /// <param name="options">Where and how.</param>
    /// <param name="cancel">Ends the writing.</param>
    public TableExport(TableFormat format, TableExportOptions options, CancellationToken cancel)
    {
        (_format, _options, _cancel) = (format, options, cancel);
        _objects = new ObjectRows(this);
    }

    /// <summary>Writes the tables of a recording, which is read once unless a filter, the edges or the text need more.</summary>
    public TraceInfo Read(TraceReader reader, TableReading reading)
    {
        bool Has(TableKind table) => reading.Tables.Contains(table);
        var (withCalls, withEvents, withEdges) = (Has(TableKind.Calls), Has(TableKind.Events), Has(TableKind.Edges));
        var withPairs = Has(TableKind.Intervals) || Has(TableKind.Latencies);
        var isFiltered = reading.IsFiltered;
        // Pairs are made of the whole recording; a filter chooses intervals afterwards.
        var isApart = withPairs && isFiltered;
        var withMixed = withEvents || (withCalls && withPairs && !isFiltered);
        var areCallsApart = withCalls && (!withMixed || reader.LosesReturnsAmongEvents);
        var readings = (withMixed ? 1 : 0) + (areCallsApart ? 1 : 0) + (isApart ? 1 : 0) + (withEdges ? 1 : 0);
        if (readings > 1) reader.KeepForRereading(_cancel);
        var collector = new LatencyCollector(reading.Intervals);
        var tally = Has(TableKind.Latencies) ? new LatencyTally(collector) : null;
        var sinks = new List<IntervalSink>();
        if (Has(TableKind.Intervals)) sinks.Add(new IntervalTableSink(this, reading.Intervals, collector.Lists));
        if (tally is not null) sinks.Add(tally);
        var pairs = withPairs ? new IntervalBuilder(sinks is [var only] ? only : new IntervalTee(sinks)) : null;
        var calls = withCalls ? new CallTableSink(this) : null;
        if (areCallsApart) reader.Read(calls!, reading.Calls, _cancel);
        if (withMixed)
        {
            var mixed = areCallsApart ? null : calls;
            var sink = new EventTableSink(this, withEvents, mixed, isApart ? null : pairs);
            if (!isFiltered) reader.ReadOnce(sink, null, null, _cancel);
            else reader.ReadEvents(
                sink, EventFilter.Of(reading.Events is { Count: > 0 } some ? some : ["*"], reading.Calls, mixed is not null),
                _cancel);
        }
        if (pairs is not null && (isApart || !(withCalls || withEvents))) reader.Read(pairs, null, _cancel);
        if (tally is not null) AddLatencies(collector, tally, reader.Source);
        if (withEdges) AddEdges(reader.ReadGraph(new CallTally(CallGrouping.Edge), reading.Calls, _cancel), reader.Source);
        return reader.Info;
    }

    /// <summary>Adds a row.</summary>
    public void Add(CallEvent call, string? host = null) => _objects.Add(call, host);

    /// <summary>Adds a row.</summary>
    public void Add(KernelEvent happened, string? host = null) => _objects.Add(happened, host);

    /// <summary>Adds a row.</summary>
    public void Add(Interval interval, string? host = null) => _objects.Add(interval, host);

    /// <summary>Adds a row.</summary>
    public void Add(CallEdge edge, string? host = null)
    {
        var source = edge.Origin?.Source;
        Add(OutputOf(Place(TableKind.Edges, host ?? source?.HostName, edge.Recording), source), edge);
    }

    /// <summary>Adds a row.</summary>
    public void Add(Latency.Latency latency, string? host = null)
        => Add(OutputOf(Place(TableKind.Latencies, host ?? HostOf(latency), latency.Recording)), (latency, (Guid?)null));

    /// <summary>Adds a row, and those of its latencies and of its results of probes.</summary>
    public void Add(Measurement record, string? host = null)
    {
        var name = record.HostName ?? host;
        Add(OutputOf(Place(TableKind.Logs, name, null)), record);
        foreach (var latency in record.Latencies)
            Add(OutputOf(Place(TableKind.Latencies, name, latency.Recording)), (latency, (Guid?)record.Id));
        foreach (var result in record.Results) Add(OutputOf(Place(TableKind.Probes, name, null)), (result, (Guid?)record.Id));
    }

    /// <summary>Adds a row.</summary>
    public void Add(ProbeResult result, string? host = null)
        => Add(OutputOf(Place(TableKind.Probes, host, null)), (result, (Guid?)null));

    /// <summary>Gives all files their names.</summary>
    /// <returns>The files, in the order of the tables and paths.</returns>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.OutputExists"/>, <see cref="ErrorCode.OutputNotWritable"/> or <see cref="ErrorCode.DiskFull"/>.
    /// </exception>
    public IReadOnlyList<TableFile> Commit()
    {
        foreach (var output in _outputs.Values)
        {
            _cancel.ThrowIfCancellationRequested();
            output.Close(TableFacts.Of(output));
        }
        var files = _outputs.Values.Select(output => new TableFile(output.Place.Table, output.Path, output.Place.Host,
            output.Place.Recording, output.Rows, output.Commit())).ToList();
        _outputs.Clear();
        return [.. files.OrderBy(file => file.Table).ThenBy(file => file.Path, StringComparer.Ordinal)];
    }

    /// <summary>Deletes what was not committed.</summary>
    public void Dispose()
    {
        foreach (var output in _outputs.Values) output.Dispose();
        _outputs.Clear();
    }

    /// <summary>The file for the rows of a recording.</summary>
    internal TableOutput OutputOf(TableKind table, TraceSource source, string? host = null)
        => OutputOf(Place(table, host ?? source.HostName, source.Name), source);

    /// <summary>The file for the rows of a recording that is read. A file has the rows of one such recording.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.MixedInput"/>: another recording has the same name and host.
    /// </exception>
    internal TableOutput OutputOfReading(TableKind table, TraceSource source)
    {
        var place = Place(table, source.HostName, source.Name);
        if (_outputs.TryGetValue(place, out var known) && !known.Sources.Contains(source)) throw SameName(source.Path);
        if (!_outputs.ContainsKey(place) && IsWritten(place)) throw SameName(source.Path);
        return OutputOf(place, source);
    }

    /// <summary>The names in a file of intervals.</summary>
    internal TableNames NamesOf(TableOutput output) => _names[output];

    private TableOutput OutputOf(in TablePlace place, TraceSource? source = null)
    {
        if (!_outputs.TryGetValue(place, out var output))
        {
            if (_outputs.Count >= MostFiles)
                throw new KernelMagnifierException(ErrorCode.ValueOutOfRange, _options.Folder,
                    $"the rows are of more than {MostFiles} files.", "Write them in several parts, or with fewer partitions.");
            output = Create(place);
            _outputs.Add(place, output);
        }
        if (source is not null) output.Sources.Add(source);
        return output;
    }

    private bool IsWritten(TablePlace place)
        => _options.Written.Any(file => new TablePlace(file.Table, file.Host, file.Recording) == place);

    private static KernelMagnifierException SameName(string path) => new(ErrorCode.MixedInput, path,
        "another recording of this name and host is written by the same export.",
        "Export them one by one, each with a recording name of its own (-RecordingName, --recording-name), or into folders of "
        + "their own.");

    private TableOutput Create(in TablePlace place)
    {
        var folder = Path.Combine(_options.Folder, TableSchema.Of(place.Table).Name);
        foreach (var partition in _options.PartitionBy)
            folder = Path.Combine(folder, HivePath.Folder(partition == TablePartition.Host ? "host" : "recording",
                partition == TablePartition.Host ? place.Host : place.Recording));
        var name = place.Recording is { Length: > 0 } recording ? recording : TableSchema.Of(place.Table).Name;
        var path = Path.Combine(folder, HivePath.File(name, _format.Extension));
        // Two hosts can have recordings of the same name in one folder.
        for (var number = 2; _options.Written.Any(file => file.Path == path) || !_paths.Add(path); number++)
            path = Path.Combine(folder, HivePath.File($"{name}.{number}", _format.Extension));
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Files.OutputFile.NotWritten(path, error);
        }
        var texts = new TableNames();
        var output = new TableOutput(path, place, _format, _options, RowsOf(place, texts));
        _names.Add(output, texts);
        return output;
    }

    private static Func<TableRows> RowsOf(TablePlace place, TableNames texts)
    {
        var (host, recording, names) = (place.Host, place.Recording, new CallTableNames());
        return place.Table switch
        {
            TableKind.Calls => () => new CallTableRows(names) { Host = host, Recording = recording },
            TableKind.Events => () => new EventTableRows(names, texts) { Host = host, Recording = recording },
            TableKind.Intervals => () => new IntervalTableRows(texts) { Host = host, Recording = recording },
            TableKind.Edges => Objects<CallEdge>(place, MostObjects, EdgeColumns.Copy),
            TableKind.Latencies => Objects<(Latency.Latency, Guid?)>(place, MostObjects, LatencyColumns.Copy),
            TableKind.Logs => Objects<Measurement>(place, MostLogs, LogColumns.Copy),
            _ => Objects<(ProbeResult, Guid?)>(place, MostObjects, ProbeColumns.Copy),
        };
    }

    private static Func<TableRows> Objects<T>(TablePlace place, int most, Action<T, int, TableChunk> copy)
        => () => new ObjectTableRows<T>(TableSchema.Of(place.Table), most, copy) { Host = place.Host,
            Recording = place.Recording };

    private static void Add<T>(TableOutput output, T item)
    {
        var rows = (ObjectTableRows<T>)output.Current;
        rows.Add(item);
        if (rows.IsFull) output.Flush();
    }

    private void AddLatencies(LatencyCollector collector, LatencyTally tally, TraceSource source)
    {
        collector.Add(tally);
        foreach (var latency in collector.Latencies())
            Add(OutputOfReading(TableKind.Latencies, source), (latency, (Guid?)null));
    }

    private void AddEdges(CallGraph graph, TraceSource source)
    {
        foreach (var edge in graph.Edges) Add(OutputOfReading(TableKind.Edges, source), edge);
    }

    private TablePlace Place(TableKind table, string? host, string? recording) => new(table, _options.HostName ?? host,
        _options.RecordingName ?? (recording is null or "-" ? null : Path.GetFileName(recording) is { Length: > 0 } name
            ? name : null));

    private static string? HostOf(Latency.Latency latency) => latency.Traces is [var only] ? only.HostName : null;
}
