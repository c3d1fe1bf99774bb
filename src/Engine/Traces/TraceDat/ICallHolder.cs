using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Holds calls from their entry until their exit provides the durations.</summary>
internal interface ICallHolder
{
    /// <summary>Adds a call at its entry.</summary>
    /// <returns>A handle for <see cref="Close"/>.</returns>
    long Open(in CallRecord call);

    /// <summary>
    /// Sets the durations of a call in nanoseconds, or <see cref="CallRecord.NoDuration"/> when they will never be known.
    /// </summary>
    void Close(long call, long duration, long selfDuration);
}
