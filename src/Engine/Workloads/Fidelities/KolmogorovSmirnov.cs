namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>The distance of two samples: the largest difference of their empirical distribution functions.</summary>
internal static class KolmogorovSmirnov
{
    /// <summary>
    /// The distance, 0 (the same distribution) to 1 (no overlap). It is exact for values that occur several times. It describes;
    /// the values are not independent, so no probability follows from it.
    /// </summary>
    /// <param name="first">A sample, sorted.</param>
    /// <param name="second">Another one, sorted.</param>
    /// <returns>The distance; null if a sample is empty.</returns>
    public static double? Distance(ReadOnlySpan<long> first, ReadOnlySpan<long> second)
    {
        if (first.IsEmpty || second.IsEmpty) return null;
        int i = 0, j = 0;
        long most = 0;
        while (i < first.Length && j < second.Length)
        {
            // Both functions step over all equal values before they are compared.
            var value = Math.Min(first[i], second[j]);
            while (i < first.Length && first[i] == value) i++;
            while (j < second.Length && second[j] == value) j++;
            most = Math.Max(most, Math.Abs(((long)i * second.Length) - ((long)j * first.Length)));
        }
        return most / ((double)first.Length * second.Length);
    }
}
