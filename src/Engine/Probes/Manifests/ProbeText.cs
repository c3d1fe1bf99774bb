using System.Text.RegularExpressions;

namespace KernelMagnifier.Probes.Manifests;

/// <summary>The forms of names and texts in manifests and policies. The published schemas have the same.</summary>
internal static partial class ProbeText
{
    /// <summary>Whether a text is the name of a probe: lower-case letters, digits and dashes, a letter first.</summary>
    public static bool IsProbeName(string text) => ProbeName().IsMatch(text);

    /// <summary>Whether a text is a version: <c>MAJOR.MINOR.PATCH</c>.</summary>
    public static bool IsVersion(string text) => Version().IsMatch(text);

    /// <summary>Whether a text is a SHA-256 as it is written here.</summary>
    public static bool IsHash(string text) => Hash().IsMatch(text);

    /// <summary>
    /// Whether a text has a character that moves a cursor, breaks a line, is not visible or changes the direction of reading.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <param name="hasLines">Whether line feeds are allowed.</param>
    public static bool HasControl(string text, bool hasLines)
    {
        foreach (var at in text)
            if (at is < ' ' and not '\n' or (>= '\u007f' and <= '\u009f') or (>= '\u200b' and <= '\u200f')
                or (>= '\u2028' and <= '\u202e') or (>= '\u2060' and <= '\u206f') or '\ufeff' || (at == '\n' && !hasLines))
                return true;
        return false;
    }

    /// <summary>The number of characters, as a schema counts them.</summary>
    public static int Length(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes()) count++;
        return count;
    }

    [GeneratedRegex(@"\A[a-z][a-z0-9-]{0,63}\z", RegexOptions.CultureInvariant)]
    private static partial Regex ProbeName();

    [GeneratedRegex(@"\A(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Version();

    [GeneratedRegex(@"\A[0-9a-f]{64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Hash();

    /// <summary>The name of a parameter: lower-case letters, digits and underscores, a letter first.</summary>
    [GeneratedRegex(@"\A[a-z][a-z0-9_]{0,31}\z", RegexOptions.CultureInvariant)]
    public static partial Regex ParameterName();

    /// <summary>The name of a part of the output: a letter, then letters and digits.</summary>
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9]{0,63}\z", RegexOptions.CultureInvariant)]
    public static partial Regex ValueName();

    /// <summary>The name of a map with its at sign.</summary>
    [GeneratedRegex(@"\A@([A-Za-z_][A-Za-z0-9_]{0,62})?\z", RegexOptions.CultureInvariant)]
    public static partial Regex MapName();

    /// <summary>A text that a parameter without a pattern takes.</summary>
    [GeneratedRegex(@"\A[A-Za-z0-9_.:/][A-Za-z0-9_.:/-]{0,255}\z", RegexOptions.CultureInvariant)]
    public static partial Regex PlainValue();
}
