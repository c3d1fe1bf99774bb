using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Keeps calls from their entry until their exit tells how long they took.</summary>
internal interface ICallHolder
{
    /// <summary>Takes a call at its entry.</summary>
    long Open(in CallRecord call);

    /// <summary>Tells a call's durations, or that none will be known.</summary>
    void Close(long call, long duration, long selfDuration);
}
