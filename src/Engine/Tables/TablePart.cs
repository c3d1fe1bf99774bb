using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Tables;

/// <summary>A file of a dataset. Each reading opens it again; all values are untrusted and checked.</summary>
internal sealed class TablePart
{
    private readonly TableFormat _format;

    /// <summary>Describes a file.</summary>
    internal TablePart(TableFormat format) => _format = format;

    /// <summary>The path.</summary>
    public required string Path { get; init; }

    /// <summary>The table.</summary>
    public required TableKind Table { get; init; }

    /// <summary>The machine that the path names; null if the path names none. Rows can have one nevertheless.</summary>
    public string? Host { get; init; }

    /// <summary>The recording that the path names; null if the path names none. Rows can have one nevertheless.</summary>
    public string? Recording { get; init; }

    /// <summary>The number of rows.</summary>
    public long Rows { get; init; }

    /// <summary>The size in bytes.</summary>
    public long Bytes { get; init; }

    /// <summary>The version of this product that wrote it; null if not stated.</summary>
    public string? Version { get; init; }

    /// <summary>The facts of the recording as JSON; null if not stated.</summary>
    public string? Facts { get; init; }

    /// <summary>The unit of the trace clock.</summary>
    public ClockUnit Clock { get; init; }

    /// <summary>How calls are nested.</summary>
    public CallNesting Nesting { get; init; }

    /// <summary>The description of the recording with its losses; null if not stated.</summary>
    /// <param name="recording">The name of the recording; null if it is not known in the dataset.</param>
    /// <param name="host">The machine; null if not known.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.TableUnreadable"/>: it is wrong.</exception>
    public TraceInfo? Info(string? recording, string? host)
    {
        try
        {
            return Facts is null ? null : RecordedFacts.Read(Facts, recording, Nesting, host);
        }
        catch (FormatException error)
        {
            throw new KernelMagnifierException(ErrorCode.TableUnreadable, Path,
                $"the metadata {TableFacts.Recording} is damaged: {error.Message}.", "Write the table again from its recording.",
                error);
        }
    }

    /// <summary>The rows of a file of calls.</summary>
    public IEnumerable<TableItem<CallEvent>> ReadCalls(CancellationToken cancel)
        => Read(TableKind.Calls, static (reader, row) => reader.Call(row), cancel);

    /// <summary>The rows of a file of edges.</summary>
    public IEnumerable<TableItem<CallEdge>> ReadEdges(CancellationToken cancel)
        => Read(TableKind.Edges, static (reader, row) => reader.Edge(row), cancel);

    /// <summary>The rows of a file of events.</summary>
    public IEnumerable<TableItem<KernelEvent>> ReadEvents(CancellationToken cancel)
        => Read(TableKind.Events, static (reader, row) => reader.Event(row), cancel);

    /// <summary>The rows of a file of intervals.</summary>
    public IEnumerable<TableItem<Interval>> ReadIntervals(CancellationToken cancel)
        => Read(TableKind.Intervals, static (reader, row) => reader.Interval(row), cancel);

    /// <summary>The rows of a file of latencies.</summary>
    public IEnumerable<TableItem<Latency.Latency>> ReadLatencies(CancellationToken cancel)
        => Read(TableKind.Latencies, static (reader, row) => reader.Latency(row), cancel);

    /// <summary>The rows of a file of records of measurements.</summary>
    public IEnumerable<TableItem<Measurement>> ReadLogs(CancellationToken cancel)
        => Read(TableKind.Logs, static (_, row) => RowReader.Log(row), cancel);

    /// <summary>The rows of a file of results of probes.</summary>
    public IEnumerable<TableItem<ProbeResult>> ReadProbes(CancellationToken cancel)
        => Read(TableKind.Probes, static (reader, row) => reader.Probe(row), cancel);

    private IEnumerable<TableItem<T>> Read<T>(TableKind table, Func<RowReader, TableBatch, T> make, CancellationToken cancel)
    {
        if (table != Table) throw new InvalidOperationException($"{Path} has rows of {Table}.");
        using var file = TableDataset.OpenFile(Path);
        using var input = _format.Open(file, Path);
        var reader = new RowReader(this);
        var passed = 0L;
        foreach (var batch in input.Read(TableSchema.Of(table), cancel))
        {
            for (var row = 0; row < batch.Count; row++)
            {
                batch.Row = row;
                yield return new TableItem<T>(Make(batch, reader, make, passed + row), reader.Host(batch),
                    reader.Recording(batch));
            }
            passed += batch.Count;
        }
    }

    private T Make<T>(TableBatch batch, RowReader reader, Func<RowReader, TableBatch, T> make, long row)
    {
        try
        {
            return make(reader, batch);
        }
        catch (Exception error) when (error is FormatException or InvalidOperationException or ArgumentException)
        {
            throw new KernelMagnifierException(ErrorCode.TableUnreadable, Path, $"row {row + 1}: {error.Message.TrimEnd('.')}.",
                "Write the table again from its recording.", error);
        }
    }
}
