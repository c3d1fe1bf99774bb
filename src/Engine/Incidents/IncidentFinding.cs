using KernelMagnifier.Text;

namespace KernelMagnifier.Incidents;

/// <summary>Something that was found out about an incident: a cause, a difference, a note.</summary>
/// <param name="Kind">What it is, such as <c>LatencyCause</c>. Untrusted text.</param>
/// <param name="Text">The finding in words. Untrusted text.</param>
/// <param name="Json">Its properties as JSON; null if there are none or too many. Untrusted text.</param>
public sealed record IncidentFinding(string Kind, string Text, string? Json)
{
    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Kind}: {Text}");
}
