using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Running;

/// <summary>Runs a probe for a user: reads it, judges it, checks the request, runs it within its limits, and audits all of
/// it.</summary>
internal static class ProbeInvocation
{
    /// <summary>Runs a probe.</summary>
    /// <exception cref="KernelMagnifierException">It may not run, or bpftrace cannot be started.</exception>
    public static ProbeRunResult Run(ProbeRunRequest request, IProbeOutput output, CancellationToken cancel)
        => Run(request, output, new ProbeRunSettings(), ProbePolicyFile.Machine, cancel);

    /// <summary>Runs a probe on a machine that a test makes.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="output">Takes the output.</param>
    /// <param name="settings">What is taken as given.</param>
    /// <param name="machine">Reads the machine's own policy.</param>
    /// <param name="cancel">Ends it.</param>
    internal static ProbeRunResult Run(
        ProbeRunRequest request, IProbeOutput output, ProbeRunSettings settings, Func<ProbePolicy> machine,
            CancellationToken cancel)
    {
        KernelGate.CheckUser();
        var policy = FindPolicy(request, machine);
        return ProbeRunner.Run(Read(request, policy, cancel), output, settings, cancel);
    }

    /// <summary>The policy. One that is refused says nothing, not even where the log is: that of the machine does.</summary>
    private static ProbePolicy FindPolicy(ProbeRunRequest request, Func<ProbePolicy> machine)
    {
        try
        {
            return ProbePolicyFile.Find(request.Policy);
        }
        catch (KernelMagnifierException error)
        {
            AuditWithout(request, error, machine);
            throw;
        }
    }

    /// <summary>Audits a refusal that no policy stands for: in the log of the machine's policy, or in that of the
    /// defaults.</summary>
    private static void AuditWithout(ProbeRunRequest request, KernelMagnifierException error, Func<ProbePolicy> machine)
    {
        try
        {
            AuditLog.Append(Trusted(machine), RunRefusal.Of(request, null, error));
        }
        catch (KernelMagnifierException unwritten) when (unwritten.Code == ErrorCode.AuditNotWritable)
        {
            // Nothing runs in any case, and why the policy is refused is what the user must learn.
        }
    }

    private static ProbePolicy Trusted(Func<ProbePolicy> machine)
    {
        try
        {
            return machine();
        }
        catch (KernelMagnifierException)
        {
            return new ProbePolicy();
        }
    }

    /// <summary>Reads and judges the probe. A failure is a refusal too.</summary>
    private static ProbeRun Read(ProbeRunRequest request, ProbePolicy policy, CancellationToken cancel)
    {
        ProbeSource? source = null;
        try
        {
            using var library = ProbeLibrary.Open(request.Library, policy);
            if (!library.IsNamedBy(policy))
                throw new KernelMagnifierException(ErrorCode.ProbeRefused, library.Path,
                    "the policy does not name this library, so root runs nothing of it.",
                    "Add it to the libraries of the policy.");
            source = library.Load(request.Name);
            return new ProbeRun(request, policy, source,
                ProbeJudge.Judge(library, source, policy, DateTimeOffset.UtcNow, cancel));
        }
        catch (KernelMagnifierException error)
        {
            AuditLog.Append(policy, RunRefusal.Of(request, source, error));
            throw;
        }
    }
}
