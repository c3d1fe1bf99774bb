using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>The intervals of one kind that a task, waker, interrupt, system call, function or device has in one recording.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="What">What it is, as in <see cref="DifferenceShare.What"/>.</param>
/// <param name="Name">Its name; null if it is not known. Untrusted text.</param>
/// <param name="Counts">The intervals by range of lengths, as in <see cref="TimeHistogram.BucketOf"/>, ascending.</param>
internal sealed record Contribution(IntervalKind Kind, string What, string? Name, IReadOnlyList<(int Bucket, long Count)> Counts)
{
    /// <summary>The time that intervals took, as far as they are longer than a length; the ranges count with their lower ends.</summary>
    public double TimeOver(double length)
    {
        var sum = 0.0;
        foreach (var (bucket, count) in Counts)
            if (TimeHistogram.LowOf(bucket) is var low && low > length)
                sum += (double)low * count;
        return sum;
    }

    /// <summary>The number of intervals.</summary>
    public long Count => Counts.Sum(pair => pair.Count);
}
