namespace KernelMagnifier.Rendering.Reports;

/// <summary>The part of a recording that passes a filter.</summary>
/// <param name="Calls">The number of calls.</param>
/// <param name="Functions">The number of functions, as callee or caller.</param>
/// <param name="Edges">The number of distinct pairs of caller and callee.</param>
/// <param name="Tasks">The number of tasks.</param>
internal sealed record TraceSelection(long Calls, int Functions, int Edges, int Tasks);
