using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Running;

/// <summary>
/// Turns the parameters of a request into the positional parameters of the program: what the manifest declares, and nothing else.
/// The
/// texts become arguments of bpftrace, never a part of the program or of a command line that a shell reads.
/// </summary>
internal static class RunParameters
{
    private const int LongestText = 256; // bytes

    // The built-in pattern of texts: no leading dash, which could be an option.
    private const string PlainText = "[A-Za-z0-9_.:/][A-Za-z0-9_.:/-]*";

    /// <summary>Checks the parameters and returns all of them by name, in the order of the manifest.</summary>
    /// <param name="probe">The probe.</param>
    /// <param name="given">What the user gave, by name.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeParameter"/>.</exception>
    public static IReadOnlyList<KeyValuePair<string, string>> Bind(ProbeManifest probe, IReadOnlyDictionary<string, string> given)
    {
        foreach (var name in given.Keys)
            if (!probe.Parameters.Any(parameter => parameter.Name == name))
                throw Wrong(name, $"{probe.Name} has no such parameter.",
                    Suggestion.Before(name, probe.Parameters.Select(p => p.Name),
                    probe.Parameters.Count == 0 ? "It takes none." : $"It takes {string.Join(", ", probe.Parameters.Select(p => p.Name))}."));
        return [.. probe.Parameters.Select(parameter => KeyValuePair.Create(parameter.Name, ValueOf(parameter, given)))];
    }

    private static string ValueOf(ProbeParameter parameter, IReadOnlyDictionary<string, string> given)
    {
        if (!given.TryGetValue(parameter.Name, out var text))
            return parameter.Default ?? throw Wrong(parameter.Name, "it has no default, so a value must be given.",
                parameter.Description);
        return parameter.Type == ParameterType.Integer ? Integer(parameter, text) : Text(parameter, text);
    }

    /// <summary>A number in the one form that bpftrace reads as it was meant.</summary>
    private static string Integer(ProbeParameter parameter, string text)
    {
        var (least, most) = (parameter.Minimum ?? long.MinValue, parameter.Maximum ?? long.MaxValue);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= least
            && number <= most && text.All(c => char.IsAsciiDigit(c) || c == '-') ? number.ToString(CultureInfo.InvariantCulture)
            : throw Wrong(parameter.Name, "the value is no decimal number in the range of the parameter.",
                string.Create(CultureInfo.InvariantCulture, $"Give a whole number from {least} to {most}{(parameter.Unit is null ? "" : $" {parameter.Unit}")}."));
    }

    private static string Text(ProbeParameter parameter, string text)
    {
        if (text.Any(char.IsControl)) throw Wrong(parameter.Name, "the value has control characters.", "Leave them out.");
        if (Encoding.UTF8.GetByteCount(text) > LongestText)
            throw Wrong(parameter.Name, $"the value has more than {LongestText} bytes.", "Give a shorter one.");
        if (parameter.Choices.Count > 0)
            return parameter.Choices.Contains(text) ? text
                : throw Wrong(parameter.Name, "the value is none of the choices.", $"Give one of {string.Join(", ", parameter.Choices)}.");
        // A manifest that wants a leading dash says so by its pattern.
        return Matches(parameter.Pattern ?? PlainText, text) ? text
            : throw Wrong(parameter.Name, "the value does not match the pattern of the parameter.",
                $"It has to match {parameter.Pattern ?? PlainText}.");
    }

    private static bool Matches(string pattern, string text)
    {
        try
        {
            return Regex.IsMatch(text, $@"\A(?:{pattern})\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private static KernelMagnifierException Wrong(string name, string cause, string action)
        => new(ErrorCode.ProbeParameter, name, cause, action);
}
