using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Checks;

/// <summary>What a program must pass before somebody approves it, and again before each run: the policy may have changed
/// since.</summary>
internal static class ProgramGate
{
    /// <summary>Refuses a program that breaks a rule whose severity is an error.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeRefused"/>.</exception>
    public static void Check(ProbeSource source, ProbePolicy policy)
    {
        var findings = ProgramCheck.Check(source, policy, kernel: null).Findings;
        if (findings.FirstOrDefault(finding => finding.Severity == nameof(RuleSeverity.Error)) is { } broken)
            throw new KernelMagnifierException(ErrorCode.ProbeRefused, source.Name,
                $"it breaks the rule {broken.Rule}: {broken.Message}", broken.Action);
    }
}
