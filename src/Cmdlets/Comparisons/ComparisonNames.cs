using System.Management.Automation;
using KernelMagnifier.Comparison.Drifts;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Comparisons;

/// <summary>Reads the names of numbers and drift that parameters take, in any case.</summary>
internal static class ComparisonNames
{
    /// <summary>The drift that -AllowDrift names.</summary>
    public static HashSet<DriftKind> Drift(PSCmdlet cmdlet, string[] names) => [.. Of<DriftKind>(cmdlet, names, "AllowDrift")];

    /// <summary>The values of an enumeration that a parameter names.</summary>
    public static List<T> Of<T>(PSCmdlet cmdlet, string[] names, string parameter) where T : struct, Enum
    {
        var (found, known) = (new List<T>(), Enum.GetNames<T>());
        foreach (var name in names)
        {
            if (known.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase)) is { } one) found.Add(Enum.Parse<T>(one));
            else cmdlet.ThrowTerminatingError(ErrorFactory.Contradiction($"-{parameter} does not accept '{TerminalText.Escape(name)}'.",
                name, $"Use one of: {string.Join(", ", known)}."));
        }
        return found;
    }
}
