namespace KernelMagnifier.Workloads.Building;

/// <summary>Makes the quantiles of lengths.</summary>
internal static class Quantiles
{
    /// <summary>The quantiles, by nearest rank; null without lengths.</summary>
    public static WorkloadQuantiles? Of(IEnumerable<long> lengths)
    {
        var sorted = lengths.Order().ToArray();
        if (sorted.Length == 0) return null;
        long At(int percent) => sorted[Math.Clamp((int)Math.Ceiling(percent / 100.0 * sorted.Length) - 1, 0, sorted.Length - 1)];
        return new WorkloadQuantiles(
            sorted.Length, sorted[0], At(10), At(50), At(90), At(99), sorted[^1], (long)Math.Round(sorted.Average()));
    }
}
