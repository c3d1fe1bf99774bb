using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes calls on at their entries, without their durations.</summary>
internal sealed class ImmediateCallHolder(CallFeed feed) : ICallHolder
{
    public long Open(in CallRecord call)
    {
        feed.Next() = call;
        return 0;
    }

    public void Close(long call, long duration, long selfDuration)
    {
    }
}
