using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Running;

/// <summary>The limits of a run: those of the manifest, none above those of the policy.</summary>
internal static class RunLimits
{
    /// <summary>The least of two sets of limits.</summary>
    public static ProbeLimits Of(ProbeLimits manifest, ProbeLimits most) => new()
    {
        Duration = manifest.Duration < most.Duration ? manifest.Duration : most.Duration,
        OutputBytes = Math.Min(manifest.OutputBytes, most.OutputBytes),
        OutputBytesPerSecond = Math.Min(manifest.OutputBytesPerSecond, most.OutputBytesPerSecond),
        MapKeys = Math.Min(manifest.MapKeys, most.MapKeys),
        Probes = Math.Min(manifest.Probes, most.Probes),
        CpuPercent = Math.Min(manifest.CpuPercent, most.CpuPercent),
        MemoryBytes = Math.Min(manifest.MemoryBytes, most.MemoryBytes),
        ConcurrentRuns = Math.Min(manifest.ConcurrentRuns, most.ConcurrentRuns),
    };
}
