using KernelMagnifier.Latency;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Tables;

/// <summary>Which tables of a recording are written, and what of it.</summary>
internal sealed record TableReading
{
    /// <summary>
    /// The tables: calls, events, intervals, edges, latencies. Tables of which the recording has no rows are not written.
    /// </summary>
    public IReadOnlyCollection<TableKind> Tables { get; init; } = [TableKind.Calls, TableKind.Events, TableKind.Intervals];

    /// <summary>The calls, and by CPU, task, context and time the events.</summary>
    public CallFilter Calls { get; init; } = new();

    /// <summary>The patterns of the events; empty for all.</summary>
    public IReadOnlyList<string> Events { get; init; } = [];

    /// <summary>The intervals, and what latencies are by.</summary>
    public LatencyPlan Intervals { get; init; } = new();

    /// <summary>Whether some calls or events are left out.</summary>
    public bool IsFiltered => Events.Count > 0 || Calls.NotForEdges is not null || EventFilter.NotForEvents(Calls) is not null;
}
