namespace KernelMagnifier.Probes.Manifests;

/// <summary>A kernel that the probe ran on.</summary>
/// <param name="Kernel">The release, such as <c>6.1.0-57-amd64</c>, or its beginning.</param>
/// <param name="Bpftrace">The version of bpftrace, such as <c>0.17.0</c>.</param>
/// <param name="On">The day.</param>
internal sealed record TestedKernel(string Kernel, string Bpftrace, DateOnly On);
