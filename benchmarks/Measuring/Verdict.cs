namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The result of a row.</summary>
/// <param name="Text">The ratio, rate or difference, as the table shows it.</param>
/// <param name="Met">Whether the target is met.</param>
internal readonly record struct Verdict(string Text, bool Met);
