using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>Whether a kind of interval can be measured in a recording.</summary>
/// <param name="Kind">The kind, such as <c>Wakeup</c>.</param>
/// <param name="CanMeasure">Whether the recording contains the events of the kind.</param>
/// <param name="Count">The intervals; null if the kind cannot be measured.</param>
/// <param name="Uncertain">The intervals that span lost events and are not measured; null if the kind cannot be measured.</param>
/// <param name="Missing">
/// The events that the recording does not contain, as <c>system:name</c>; <c>or</c> stands between those of which one is enough.
/// </param>
public sealed record CheckedKind(string Kind, bool CanMeasure, long? Count, long? Uncertain, IReadOnlyList<string> Missing)
{
    /// <summary>What to record so that the kind can be measured, as a sentence; null if it can be.</summary>
    public string? RecommendedAction => CanMeasure ? null : Missing switch
    {
        ["ftrace:funcgraph_entry", ..] => "Record calls with the function_graph tracer.",
        [var tracer] when tracer.StartsWith("ftrace:", StringComparison.Ordinal)
            => $"Record with the {tracer["ftrace:".Length..]} tracer.",
        _ => $"Record {string.Join(" and ", Missing)} too.",
    };

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(CanMeasure ? $"{Kind}: {Count}" : $"{Kind}: {RecommendedAction}");
}
