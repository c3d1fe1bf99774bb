namespace KernelMagnifier.Workloads.Building;

/// <summary>The middle of lengths: a long first one or a few outliers do not change it, as they would the mean.</summary>
internal static class Median
{
    // Half of the lengths are so near the median, and the mean as well: others are delays, and not pauses of the task.
    private const double Same = 0.15;
    private const double SameMean = 0.1;

    /// <summary>The median; null if there are no values.</summary>
    public static long? Of(IEnumerable<long?> values)
    {
        var sorted = values.OfType<long>().Order().ToArray();
        return sorted.Length == 0 ? null : sorted[sorted.Length / 2];
    }

    /// <summary>The median if the quartiles and the mean are near it; else null.</summary>
    public static long? OfSame(IEnumerable<long?> values)
    {
        var sorted = values.OfType<long>().Order().ToArray();
        if (sorted.Length == 0) return null;
        long low = sorted[sorted.Length / 4], middle = sorted[sorted.Length / 2], high = sorted[sorted.Length * 3 / 4];
        return Math.Max(middle - low, high - middle) <= Same * middle && Math.Abs(sorted.Average() - middle) <= SameMean * middle
            ? middle : null;
    }
}
