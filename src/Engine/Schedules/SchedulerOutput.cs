namespace KernelMagnifier.Schedules;

/// <summary>What a program of the scheduler returned.</summary>
/// <param name="ExitCode">The exit code; -1 if it did not end in time.</param>
/// <param name="Text">What it wrote to standard output. Untrusted text.</param>
/// <param name="Errors">What it wrote to standard error. Untrusted text.</param>
internal sealed record SchedulerOutput(int ExitCode, string Text, string Errors);
