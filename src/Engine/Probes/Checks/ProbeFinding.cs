using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Checks;

/// <summary>Something that a rule found in a probe.</summary>
public sealed class ProbeFinding
{
    internal ProbeFinding(string rule, string severity, int? line, int? column, string message, string action)
        => (Rule, Severity, Line, Column, Message, Action) = (rule, severity, line, column, message, action);

    /// <summary>The id of the rule, such as <c>unbounded-map</c>.</summary>
    public string Rule { get; }

    /// <summary><c>Error</c> or <c>Warning</c>.</summary>
    public string Severity { get; }

    /// <summary>The line of the program, from 1; null if it is about the manifest.</summary>
    public int? Line { get; }

    /// <summary>The byte in the line, from 1; null if it is about the manifest.</summary>
    public int? Column { get; }

    /// <summary>What was found, as a sentence. Contains untrusted text.</summary>
    public string Message { get; }

    /// <summary>What to do, as a sentence.</summary>
    public string Action { get; }

    /// <summary>The finding in one line, safe in a terminal.</summary>
    public override string ToString()
        => TerminalText.Escape($"{(Line is { } line ? $"{line}:{Column}: " : "")}{Severity.ToLowerInvariant()} {Rule}: {Message}");
}
