using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Running;

/// <summary>A request with what was read and judged for it.</summary>
/// <param name="Request">The request.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Source">The probe.</param>
/// <param name="Standing">Where it stands.</param>
internal sealed record ProbeRun(ProbeRunRequest Request, ProbePolicy Policy, ProbeSource Source, ProbeStanding Standing);
