using KernelMagnifier.Model;

namespace KernelMagnifier.Counting;

/// <summary>The time range of a count.</summary>
/// <param name="Source">The recording, whose clock it is of.</param>
/// <param name="From">Its start.</param>
/// <param name="Every">Its length.</param>
internal sealed record CallWindow(TraceSource Source, long From, long Every);
