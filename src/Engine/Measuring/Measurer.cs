using KernelMagnifier.Recording;

namespace KernelMagnifier.Measuring;

/// <summary>Makes measurements.</summary>
internal static class Measurer
{
    private static readonly TimeSpan LongestSignal = TimeSpan.FromSeconds(2);

    /// <summary>Makes a measurement. The machine is left as it was found.</summary>
    /// <param name="plan">What to measure.</param>
    /// <param name="progress">Receives the elapsed share of the duration, about four times a second; null for none.</param>
    /// <param name="cancel">Ends it early; what was measured until then is discarded.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.MeasurementBusy"/>: others kept the machine for too long.
    /// <see cref="ErrorCode.MeasurementOverBudget"/>: it needed more CPU time or memory than it may. Others: it cannot be
    /// made.</exception>
    public static Measurement Run(MeasurementPlan plan, Action<double>? progress, CancellationToken cancel)
    {
        try
        {
            return new MeasurementRun(plan, progress, StateDirectory.Candidates).Run(cancel);
        }
        catch (OperationCanceledException)
        {
            // A signal that ends the process comes here first, and to the caller when the machine is restored.
            _ = cancel.WaitHandle.WaitOne(LongestSignal);
            throw;
        }
    }
}
