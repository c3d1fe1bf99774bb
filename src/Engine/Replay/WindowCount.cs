namespace KernelMagnifier.Replay;

/// <summary>The number of calls of a function, or of events of a kind, in a time range.</summary>
/// <param name="From">The start of the range, in seconds or counts of the trace clock.</param>
/// <param name="Until">Its end, which belongs to the next one.</param>
/// <param name="IsCall">Whether calls were counted.</param>
/// <param name="Name">The function, or the event as <c>system:name</c>.</param>
/// <param name="Count">The number.</param>
internal readonly record struct WindowCount(double From, double Until, bool IsCall, string Name, long Count);
