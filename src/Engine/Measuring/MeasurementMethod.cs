namespace KernelMagnifier.Measuring;

/// <summary>How latencies are measured.</summary>
internal enum MeasurementMethod
{
    /// <summary>By events; by the kernel's histograms from the moment on when events are too much.</summary>
    Auto,

    /// <summary>Every event is read.</summary>
    Events,

    /// <summary>The kernel counts: histogram triggers and synthetic events.</summary>
    KernelHistograms,
}
