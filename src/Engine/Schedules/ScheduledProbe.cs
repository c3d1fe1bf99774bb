using KernelMagnifier.Measuring;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Running;

namespace KernelMagnifier.Schedules;

/// <summary>Checks the probe of a schedule when it is registered. Each run checks it again.</summary>
internal static class ScheduledProbe
{
    /// <summary>Checks that the probe is approved, that the policy lets it run, and its parameters.</summary>
    /// <exception cref="KernelMagnifierException">It may not run.</exception>
    public static void Check(MeasurementPlan plan)
    {
        var policy = ProbePolicyFile.Find(plan.Policy);
        using var library = ProbeLibrary.Open(plan.Library, policy);
        if (!library.IsNamedBy(policy))
            throw new KernelMagnifierException(ErrorCode.ProbeRefused, library.Path,
                "the policy does not name this library, so root runs nothing of it.",
                "Add it to the libraries of the policy.");
        var source = library.Load(plan.Probe!);
        var standing = ProbeJudge.Judge(library, source, policy, DateTimeOffset.UtcNow, default);
        var request = new ProbeRunRequest
        {
            Name = plan.Probe!, Library = plan.Library, Policy = plan.Policy, Parameters = plan.Parameters,
            Duration = plan.Duration,
        };
        _ = RunPermission.Check(new ProbeRun(request, policy, source, standing));
        _ = RunParameters.Bind(source.Manifest, plan.Parameters);
    }
}
