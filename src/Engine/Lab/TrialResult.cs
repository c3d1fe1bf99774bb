namespace KernelMagnifier.Lab;

/// <summary>What became of a program in a guest.</summary>
/// <param name="Name">Its name.</param>
/// <param name="KernelRelease">The release of the guest's kernel.</param>
/// <param name="HasRun">Whether bpftrace attached it, ran it for a second and ended well.</param>
/// <param name="AttachedProbes">The number of attached probes; null if it was not attached.</param>
/// <param name="Message">The first message of bpftrace on standard error; null if there was none. Untrusted text.</param>
internal sealed record TrialResult(string Name, string KernelRelease, bool HasRun, int? AttachedProbes, string? Message);
