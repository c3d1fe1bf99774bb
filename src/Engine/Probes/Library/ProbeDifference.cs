using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Library;

/// <summary>A line of the difference between two contents of a probe. All texts are untrusted.</summary>
public sealed class ProbeDifference
{
    internal ProbeDifference(string probe, string file, string kind, int? oldLine, int? newLine, string text)
        => (Probe, File, Kind, OldLine, NewLine, Text) = (probe, file, kind, oldLine, newLine, text);

    /// <summary>The probe.</summary>
    public string Probe { get; }

    /// <summary>The file: <c>NAME.bt</c>, <c>NAME.json</c>, or an imported one.</summary>
    public string File { get; }

    /// <summary><c>Removed</c>, <c>Added</c>, or <c>Same</c> for a line beside one of them.</summary>
    public string Kind { get; }

    /// <summary>The number of the line before, from 1; null for an added one.</summary>
    public int? OldLine { get; }

    /// <summary>The number of the line after, from 1; null for a removed one.</summary>
    public int? NewLine { get; }

    /// <summary>The line.</summary>
    public string Text { get; }

    /// <summary>The line as a unified difference has it, escaped for a terminal.</summary>
    public override string ToString() => (Kind switch { "Removed" => "-", "Added" => "+", _ => " " }) + TerminalText.Escape(Text);
}
