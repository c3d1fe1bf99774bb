using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Checks;

/// <summary>A rule about programs.</summary>
/// <param name="Id">The name that policies use. It never changes.</param>
/// <param name="Severity">What a finding means unless the policy says otherwise.</param>
/// <param name="Meaning">What it finds and why that matters, as a sentence.</param>
/// <param name="Action">What to do, as a sentence.</param>
internal sealed record ProbeRule(string Id, RuleSeverity Severity, string Meaning, string Action);
