namespace KernelMagnifier.Rendering.Reports;

/// <summary>What a filter leaves of a recording.</summary>
/// <param name="Calls">Calls that pass.</param>
/// <param name="Functions">Functions among them, as called or as calling.</param>
/// <param name="Edges">Distinct caller → callee pairs.</param>
/// <param name="Tasks">Tasks.</param>
public sealed record TraceSelection(long Calls, int Functions, int Edges, int Tasks);
