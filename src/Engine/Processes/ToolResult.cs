namespace KernelMagnifier.Processes;

/// <summary>The outcome of a program.</summary>
/// <param name="Finished">False if the program exceeded its time limit and was killed.</param>
/// <param name="ExitCode">The exit code; -1 if the program was killed.</param>
/// <param name="Errors">What the program wrote to standard error, at most 8 Ki characters. Untrusted text.</param>
internal readonly record struct ToolResult(bool Finished, int ExitCode, string Errors);
