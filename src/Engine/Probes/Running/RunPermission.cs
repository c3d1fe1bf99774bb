using System.Globalization;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Running;

/// <summary>Whether a probe may run here now, by its reviews, its manifest and the policy.</summary>
internal static class RunPermission
{
    private const int LongestReason = 1024;

    /// <summary>Checks a run.</summary>
    /// <returns>Whether it is an emergency: the probe is not approved, and runs for a reason.</returns>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.ProbeNotApproved"/> or <see cref="ErrorCode.ProbeRefused"/>.
    /// </exception>
    public static bool Check(ProbeRun run)
    {
        var isEmergency = CheckStanding(run);
        var (manifest, policy) = (run.Source.Manifest, run.Policy);
        if (manifest.Maturity < policy.LeastMaturity)
            throw Refused(run, $"its maturity is {manifest.Maturity}, and the policy wants {policy.LeastMaturity}.",
                "Have its maturity raised, or run another probe.");
        if (manifest.DataClass > policy.MostSensitive)
            throw Refused(run, $"it collects {manifest.DataClass}, and the policy allows {policy.MostSensitive} at most.",
                "Run a probe that collects less.");
        ProgramGate.Check(run.Source, policy);
        if (ProbeSuspensions.Find(policy, run.Source.Name, run.Source.Hash) is { } suspended)
            throw Refused(run, $"it is suspended on this machine: {suspended}.",
                "Have somebody find out why before it runs again.");
        return isEmergency;
    }

    /// <summary>The time that a run takes.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.ProbeRefused"/>: it is longer than the limit.</exception>
    public static TimeSpan DurationOf(ProbeRun run, ProbeLimits limits)
    {
        var duration = run.Request.Duration ?? limits.Duration;
        if (duration <= TimeSpan.Zero) throw Refused(run, "the duration is not above zero.", "Give a longer one.");
        return duration <= limits.Duration ? duration
            : throw Refused(run, string.Create(CultureInfo.InvariantCulture,
                    $"the duration of {duration.TotalSeconds:0.###} s is above the limit of {limits.Duration.TotalSeconds:0.###} s."),
                "Give a shorter one.");
    }

    private static bool CheckStanding(ProbeRun run)
    {
        var (request, standing) = (run.Request, run.Standing);
        if (request.IsEmergency && (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > LongestReason))
            throw Refused(run, "an emergency needs a reason, of at most 1,024 characters.", "State it: it is in the audit log.");
        if (standing.State == ProbeState.Approved) return false;
        var cause = standing.Reason ?? $"its state is {standing.State}";
        if (!request.IsEmergency)
            throw new KernelMagnifierException(ErrorCode.ProbeNotApproved, run.Source.Name, cause.EndsWith('.') ? cause
                : cause + ".",
                "Have it approved as it is.");
        if (PrivilegedCaller.WhyNoEmergency(run.Policy, PrivilegedCaller.User) is { } refused)
            throw Refused(run, refused, "Have the probe approved.");
        // Somebody decided against it, or it cannot even be read. That is not for an operator to overrule.
        if (standing.State is ProbeState.Denied or ProbeState.Revoked or ProbeState.Invalid or ProbeState.Suspended)
            throw Refused(run, $"a probe of the state {standing.State} does not run in an emergency either.",
                "Run another probe.");
        return true;
    }

    private static KernelMagnifierException Refused(ProbeRun run, string cause, string action)
        => new(ErrorCode.ProbeRefused, run.Source.Name, cause, action);
}
