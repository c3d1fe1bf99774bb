using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Passes calls on in the order of their entries. So that a call that stays open very long does not hold up all later ones, the
/// first call is passed on without its duration when the window is full.
/// </summary>
/// <param name="feed">Takes the calls.</param>
/// <param name="passed">Called after each call that is passed on; null if nobody waits for it.</param>
internal sealed class OrderedCallHolder(CallFeed feed, Action? passed = null) : ICallHolder
{
    /// <summary>The most calls held back.</summary>
    internal const int Window = 1 << 20;

    private Slot[] _slots = new Slot[4096];
    private long _first;
    private long _next;

    /// <summary>The number of calls that were passed on.</summary>
    public long Passed => _first;

    /// <summary>The number of calls that were added.</summary>
    public long Added => _next;

    /// <summary>Passes the first call on without its duration. There must be one.</summary>
    public void PassFirst() => Pass();

    private struct Slot
    {
        public CallRecord Call;
        public bool IsClosed;
    }

    public long Open(in CallRecord call)
    {
        if (_next - _first == _slots.Length)
        {
            if (_slots.Length < Window) Grow();
            else Pass();
        }
        ref var slot = ref At(_next);
        (slot.Call, slot.IsClosed) = (call, false);
        return _next++;
    }

    public void Close(long call, long duration, long selfDuration)
    {
        if (call < _first) return;
        ref var slot = ref At(call);
        (slot.Call.Duration, slot.Call.SelfDuration, slot.IsClosed) = (duration, selfDuration, true);
        while (_first < _next && At(_first).IsClosed) Pass();
    }

    private void Pass()
    {
        feed.Next() = At(_first++).Call;
        passed?.Invoke();
    }

    private ref Slot At(long call) => ref _slots[(int)(call & (_slots.Length - 1))];

    private void Grow()
    {
        var bigger = new Slot[_slots.Length * 2];
        for (var call = _first; call < _next; call++) bigger[call & (bigger.Length - 1)] = At(call);
        _slots = bigger;
    }
}
