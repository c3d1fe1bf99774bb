namespace KernelMagnifier.Benchmarks.Measuring;

/// <summary>The measurements of a command.</summary>
/// <param name="Seconds">The seconds of each run.</param>
/// <param name="PeakBytes">The peak resident memory of the warm-up in bytes; null when it was not measured.</param>
/// <param name="Failure">The reason why there is no measurement; null when there is one.</param>
internal sealed record Figures(double[] Seconds, long? PeakBytes, string? Failure)
{
    /// <summary>The median of the runs in seconds.</summary>
    public double Median { get; } = Seconds.Length == 0 ? double.NaN : Seconds.Order().ElementAt(Seconds.Length / 2);
}
