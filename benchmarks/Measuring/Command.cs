namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>A command line to measure.</summary>
/// <param name="Shell">The command line for /bin/sh.</param>
/// <param name="PrintsSeconds">Whether the command measures a part of itself and prints the seconds as its last line; otherwise
/// the whole process is measured.</param>
/// <param name="Missing">The reason why it cannot run on this machine; null when it can.</param>
/// <param name="IsLong">Whether it takes minutes: it runs once, without a warm-up.</param>
internal sealed record Command(string Shell, bool PrintsSeconds = false, string? Missing = null, bool IsLong = false);
