using KernelMagnifier.Measuring;

namespace KernelMagnifier.Schedules;

/// <summary>How long the parts of a run take.</summary>
internal static class ScheduleTimes
{
    // To start, to set up tracing and to restore it, on a slow machine.
    private static readonly TimeSpan Around = TimeSpan.FromSeconds(60);

    /// <summary>The most time for the delivery of records.</summary>
    public static readonly TimeSpan Delivery = TimeSpan.FromSeconds(30);

    /// <summary>The most time for the delivery of records of a run that was ended by a signal.</summary>
    public static readonly TimeSpan LastDelivery = TimeSpan.FromSeconds(10);

    /// <summary>The time after which the scheduler ends a run.</summary>
    public static TimeSpan Limit(MeasurementPlan plan) => plan.Wait + plan.Duration + Delivery + Around;
}
