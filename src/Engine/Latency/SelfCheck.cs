using System.Globalization;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>Something that must hold in every complete recording, and what was found in this one.</summary>
/// <param name="Name">The name of the check.</param>
/// <param name="Rule">What must hold.</param>
/// <param name="Cpu">The CPU; null for all CPUs together.</param>
/// <param name="Passed">Whether it holds; null if the recording cannot tell.</param>
/// <param name="Expected">The number that was expected, and for <c>WakeupPairs</c> the most that were; null if the recording cannot tell.</param>
/// <param name="Found">The number that was found; null if the recording cannot tell.</param>
/// <param name="Unit">The unit of the numbers.</param>
public sealed record SelfCheck(string Name, string Rule, int? Cpu, bool? Passed, long? Expected, long? Found, string Unit)
{
    /// <inheritdoc/>
    public override string ToString()
    {
        var where = Cpu is { } cpu ? string.Create(CultureInfo.InvariantCulture, $" (CPU {cpu})") : "";
        var result = Passed switch { true => "passed", false => "FAILED", _ => "not checked, because events were lost" };
        var numbers = this is { Found: { } found, Expected: { } expected }
            ? $": {DisplayText.Number(found)} {Unit}, expected {(Name == "WakeupPairs" ? "at most " : "")}{DisplayText.Number(expected)}" : "";
        return TerminalText.Escape($"{Name}{where} {result}{numbers}");
    }
}
