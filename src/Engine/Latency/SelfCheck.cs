using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>Something that must hold in every complete recording, and what was found in this one.</summary>
/// <param name="Name">The name of the check.</param>
/// <param name="Rule">What must hold.</param>
/// <param name="Cpu">The CPU; null for all CPUs together.</param>
/// <param name="Passed">Whether it holds; null if the recording cannot tell.</param>
/// <param name="Expected">
/// The number that was expected, and for <c>WakeupPairs</c> the most that were; null if the recording cannot tell.
/// </param>
/// <param name="Found">The number that was found; null if the recording cannot tell.</param>
/// <param name="Unit">The unit of the numbers.</param>
public sealed record SelfCheck(string Name, string Rule, int? Cpu, bool? Passed, long? Expected, long? Found, string Unit)
{
    /// <summary>Why the recording cannot tell whether it holds; null if it can.</summary>
    internal string? Reason { get; init; }

    /// <inheritdoc/>
    public override string ToString()
    {
        var where = Cpu is { } cpu ? string.Create(CultureInfo.InvariantCulture, $" (CPU {cpu})") : "";
        var result = Passed switch { true => "passed", false => "FAILED", _ => $"not checked, because {Reason}" };
        return TerminalText.Escape($"{Name}{where} {result}{(Numbers is { } numbers ? $": {numbers}" : "")}");
    }

    /// <summary>What was found and expected, for people; null if the recording cannot tell.</summary>
    internal string? Numbers => Found is not { } found || Expected is not { } expected ? null
        : $"{DisplayText.Number(found)} {Unit}, expected {(Name == "WakeupPairs" ? "at most " : "")}{DisplayText.Number(expected)}";
}
