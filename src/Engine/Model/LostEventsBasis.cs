namespace KernelMagnifier.Model;

/// <summary>How the number of lost events of a recording is known.</summary>
internal enum LostEventsBasis
{
    /// <summary>The recording counts each loss where it happened.</summary>
    Data,

    /// <summary>
    /// The kernel's own count at the end of the recording (<c>per_cpu/cpuN/stats</c> in tracefs), which is larger than the sum in
    /// the data on one CPU at least: a loss can have no number, and the last loss can follow all data.
    /// </summary>
    KernelCount,
}
