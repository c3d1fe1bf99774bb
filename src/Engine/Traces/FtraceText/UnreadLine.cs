namespace KernelMagnifier.Traces.FtraceText;

/// <summary>A line that is none of function_graph text.</summary>
/// <param name="Why">What is told of it.</param>
/// <param name="Sample">Its bytes, or the first of them; null but for the first few of a block.</param>
/// <param name="EndsEvent">Whether it is the last of an event's text, should one be open.</param>
internal readonly record struct UnreadLine(string Why, byte[]? Sample, bool EndsEvent);
