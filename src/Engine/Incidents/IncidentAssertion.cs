using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Text;

namespace KernelMagnifier.Incidents;

/// <summary>What should hold. The symptom of the incident is that it does not.</summary>
/// <param name="Claim">The claim, such as <c>Wakeup@periodic P90 &lt; 5ms</c>.</param>
/// <param name="Because">Why it matters; null if nobody has said it. Untrusted text.</param>
public sealed record IncidentAssertion(LatencyClaim Claim, string? Because)
{
    /// <inheritdoc/>
    public override string ToString()
        => TerminalText.Escape(Because is null ? Claim.ToString() : $"{Claim}, because {Because}");
}
