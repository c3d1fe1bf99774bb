namespace KernelMagnifier.Tables;

/// <summary>The tables of a dataset: docs/formats/tables.md.</summary>
internal enum TableKind
{
    /// <summary>The calls of functions.</summary>
    Calls,

    /// <summary>Callers and callees with their numbers of calls.</summary>
    Edges,

    /// <summary>The kernel events.</summary>
    Events,

    /// <summary>The intervals.</summary>
    Intervals,

    /// <summary>The distributions of lengths.</summary>
    Latencies,

    /// <summary>The records of measurements.</summary>
    Logs,

    /// <summary>The results of probes.</summary>
    Probes,
}
