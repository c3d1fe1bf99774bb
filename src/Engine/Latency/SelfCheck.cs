namespace KernelMagnifier.Latency;

/// <summary>Something that must hold in every complete recording, and what was found in this one.</summary>
/// <param name="Name">The name of the check.</param>
/// <param name="Rule">What must hold.</param>
/// <param name="Cpu">The CPU; null for all CPUs together.</param>
/// <param name="Passed">Whether it holds; null if the recording cannot tell.</param>
/// <param name="Expected">The number that was expected; null if the recording cannot tell.</param>
/// <param name="Found">The number that was found; null if the recording cannot tell.</param>
/// <param name="Unit">The unit of the numbers.</param>
public sealed record SelfCheck(string Name, string Rule, int? Cpu, bool? Passed, long? Expected, long? Found, string Unit)
{
    /// <inheritdoc/>
    public override string ToString() => Passed switch
    {
        null => $"{Name}: not checked",
        true => $"{Name}: passed",
        false => FormattableString.Invariant($"{Name}: {Found} {Unit} instead of {Expected}"),
    };
}
