using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Running;

/// <summary>What to execute.</summary>
/// <param name="CommandLine">The program and its arguments.</param>
/// <param name="Environment">The whole environment.</param>
/// <param name="Place">The program of the probe.</param>
/// <param name="Duration">How long it is attached.</param>
/// <param name="Limits">The limits.</param>
internal sealed record ExecutionPlan(
    IReadOnlyList<string> CommandLine, IReadOnlyList<string> Environment, ProgramPlace Place, TimeSpan Duration,
        ProbeLimits Limits);
