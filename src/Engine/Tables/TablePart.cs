using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Tables;

/// <summary>A file of a dataset. Each reading opens it again; all values are untrusted and checked.</summary>
internal sealed class TablePart
{
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

    /// <summary>The rows of a file of calls.</summary>
    public IEnumerable<TableItem<CallEvent>> ReadCalls(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The rows of a file of edges.</summary>
    public IEnumerable<TableItem<CallEdge>> ReadEdges(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The rows of a file of events.</summary>
    public IEnumerable<TableItem<KernelEvent>> ReadEvents(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The rows of a file of intervals.</summary>
    public IEnumerable<TableItem<Interval>> ReadIntervals(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The rows of a file of latencies.</summary>
    public IEnumerable<TableItem<Latency.Latency>> ReadLatencies(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The rows of a file of records of measurements.</summary>
    public IEnumerable<TableItem<Measurement>> ReadLogs(CancellationToken cancel) => throw new NotImplementedException();

    /// <summary>The rows of a file of results of probes.</summary>
    public IEnumerable<TableItem<ProbeResult>> ReadProbes(CancellationToken cancel) => throw new NotImplementedException();
}
