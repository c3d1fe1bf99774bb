using System.Globalization;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Text;

namespace KernelMagnifier.Incidents;

/// <summary>The texts that a user puts into an incident file.</summary>
internal static class IncidentText
{
    /// <summary>Checks a text.</summary>
    /// <param name="what">What it is, such as <c>title</c>.</param>
    /// <param name="text">The text; null if there is none.</param>
    /// <param name="most">The most characters.</param>
    /// <param name="hasLines">Whether it may have several lines.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>: it is empty, too long, or has control
    /// characters.</exception>
    public static string? Checked(string what, string? text, int most, bool hasLines = false)
    {
        if (text is null) return null;
        var lines = text.ReplaceLineEndings("\n");
        if (lines.Length == 0) throw Bad(what, "it is empty.");
        if (ProbeText.Length(lines) > most)
            throw Bad(what, string.Create(CultureInfo.InvariantCulture, $"it has more than {most} characters."));
        return ProbeText.HasControl(lines, hasLines) ? throw Bad(what, "it has a control character.") : lines;
    }

    /// <summary>
    /// A text of any program as it can be in a file: control characters are escaped, and it is cut at its limit.
    /// </summary>
    public static string Safe(string text, int most)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        var safe = string.Join('\n', lines.Select(TerminalText.Escape)).Trim();
        // The form of the file refuses a few characters that a terminal does not mind.
        if (ProbeText.HasControl(safe, hasLines: true))
            safe = string.Concat(safe.Select(c => ProbeText.HasControl(c.ToString(), hasLines: true) ? '?' : c));
        return DisplayText.Shorten(safe.Length == 0 ? "(empty)" : safe, most);
    }

    private static KernelMagnifierException Bad(string what, string cause)
        => new(ErrorCode.BadRequest, what, cause, "Give a shorter text without control characters, or omit it.");
}
