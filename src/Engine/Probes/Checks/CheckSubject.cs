using KernelMagnifier.Probes.Kernels;
using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Probes.Checks;

/// <summary>What is checked.</summary>
/// <param name="Facts">What the program does.</param>
/// <param name="Source">The probe; null for a file without manifest.</param>
/// <param name="Policy">The policy.</param>
/// <param name="Kernel">The kernel; null for none in particular.</param>
internal sealed record CheckSubject(ProgramFacts Facts, ProbeSource? Source, ProbePolicy Policy, KernelDescription? Kernel)
{
    /// <summary>The manifest; null for a file without.</summary>
    public ProbeManifest? Manifest => Source?.Manifest;

    /// <summary>The limits of a run on this machine.</summary>
    public ProbeLimits Limits { get; } = Lower(Source?.Manifest.Limits ?? new ProbeLimits(), Policy.MostLimits);

    private static ProbeLimits Lower(ProbeLimits own, ProbeLimits most) => own with
    {
        Duration = own.Duration < most.Duration ? own.Duration : most.Duration,
        OutputBytes = Math.Min(own.OutputBytes, most.OutputBytes),
        OutputBytesPerSecond = Math.Min(own.OutputBytesPerSecond, most.OutputBytesPerSecond),
        MapKeys = Math.Min(own.MapKeys, most.MapKeys),
        Probes = Math.Min(own.Probes, most.Probes),
        CpuPercent = Math.Min(own.CpuPercent, most.CpuPercent),
        MemoryBytes = Math.Min(own.MemoryBytes, most.MemoryBytes),
        ConcurrentRuns = Math.Min(own.ConcurrentRuns, most.ConcurrentRuns),
    };
}
