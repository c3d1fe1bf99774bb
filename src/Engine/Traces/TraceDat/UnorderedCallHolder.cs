using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes calls on when they end, in no order.</summary>
internal sealed class UnorderedCallHolder(CallFeed feed) : ICallHolder
{
    private CallRecord[] _calls = new CallRecord[256];
    private int[] _free = new int[256];
    private int _count;
    private int _freeCount;

    public long Open(in CallRecord call)
    {
        var at = _freeCount > 0 ? _free[--_freeCount] : _count++;
        if (at == _calls.Length) Array.Resize(ref _calls, at * 2);
        _calls[at] = call;
        return at;
    }

    public void Close(long call, long duration, long selfDuration)
    {
        ref var closed = ref _calls[(int)call];
        (closed.Duration, closed.SelfDuration) = (duration, selfDuration);
        feed.Next() = closed;
        if (_freeCount == _free.Length) Array.Resize(ref _free, _freeCount * 2);
        _free[_freeCount++] = (int)call;
    }
}
