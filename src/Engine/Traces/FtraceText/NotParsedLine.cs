namespace KernelMagnifier.Traces.FtraceText;

/// <summary>A line of function_graph text that cannot be parsed.</summary>
/// <param name="Reason">Why not, one of few fixed texts.</param>
/// <param name="Sample">The first bytes of the line; null except for the first few lines of a block.</param>
/// <param name="EndsEvent">Whether the line ends the text of an event that spans several lines.</param>
/// <param name="Text">The index of its text in <see cref="FunctionGraphTokens.Events"/>; -1 without a sink of events.</param>
internal readonly record struct NotParsedLine(string Reason, byte[]? Sample, bool EndsEvent, int Text);
