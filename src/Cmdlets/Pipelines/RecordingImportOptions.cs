using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Cmdlets.Pipelines;

/// <summary>What Import-KmTrace reads of each recording.</summary>
/// <param name="Filter">The calls; null for all.</param>
/// <param name="Map">The symbol map; null for none.</param>
/// <param name="Instance">The buffer instance; null for all.</param>
/// <param name="AsEdge">Whether edges are written instead of calls.</param>
/// <param name="Info">Whether the description is written instead of calls.</param>
/// <param name="Found">Receives the number of calls of each recording.</param>
internal sealed record RecordingImportOptions(
    CallFilter? Filter, SymbolMap? Map, string? Instance, bool AsEdge, bool Info, NothingFound Found)
{
    /// <summary>The kernel events that are written; null for calls.</summary>
    public EventFilter? Event { get; init; }

    /// <summary>The patterns of these events.</summary>
    public IReadOnlyList<string> EventPatterns { get; init; } = [];

    /// <summary>How the recording is watched; null if it is imported.</summary>
    public WatchOptions? Watch { get; init; }

    /// <summary>Receives the kinds of events of each recording.</summary>
    public EventsFound? FoundEvents { get; init; }
}
