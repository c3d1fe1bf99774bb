namespace KernelMagnifier.Processes;

/// <summary>What a finished tool left.</summary>
/// <param name="Finished">False when the time limit ended it.</param>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Errors">What it wrote to standard error, at most some kilobytes.</param>
internal readonly record struct ToolResult(bool Finished, int ExitCode, string Errors);
