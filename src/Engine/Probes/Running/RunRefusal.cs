using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Probes.Running;

/// <summary>The record of a request that was refused.</summary>
internal static class RunRefusal
{
    /// <summary>Makes the record.</summary>
    /// <param name="request">The request.</param>
    /// <param name="source">The probe; null if it could not be read.</param>
    /// <param name="error">Why.</param>
    public static AuditEntry Of(ProbeRunRequest request, ProbeSource? source, KernelMagnifierException error) => new()
    {
        Action = "Refused", Probe = source?.Name ?? request.Name, Version = source?.Manifest.Version, Hash = source?.Hash,
        Parameters = request.Parameters, Outcome = error.Code.ToString(), Reason = error.Message,
    };
}
