using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Delivers calls in the order of their entries although their durations are known only at their returns: a call is held until
/// it and all calls before it have returned. The number of held calls is limited; if a call does not return for that long, it
/// is delivered without its duration.
/// </summary>
internal sealed class EntryOrderWindow(CallFeed feed)
{
    /// <summary>Most calls that are held.</summary>
    internal const int MaxCalls = 1 << 20;

    private const int FirstSize = 4096;

    // Rings of a power of two, indexed by the number of the call.
    private CallRecord[] _calls = new CallRecord[FirstSize];
    private bool[] _isComplete = new bool[FirstSize];
    private long _first, _next;

    /// <summary>Adds a call; the caller sets every field of the record.</summary>
    /// <param name="number">Identifies the call in <see cref="Complete(long)"/>.</param>
    public ref CallRecord Add(out long number)
    {
        if (_next - _first == _calls.Length)
        {
            if (_calls.Length == MaxCalls) DeliverFirst();
            else Grow();
        }
        number = _next++;
        var at = Index(number);
        _isComplete[at] = false;
        return ref _calls[at];
    }

    /// <summary>Sets the durations of a call that has returned. Has no effect if the call was delivered already.</summary>
    public void Complete(long number, long duration, long selfDuration)
    {
        if (number < _first) return;
        ref var call = ref _calls[Index(number)];
        (call.Duration, call.SelfDuration) = (duration, selfDuration);
        Complete(number);
    }

    /// <summary>Marks a call that was just added as complete.</summary>
    public void Complete(long number)
    {
        _isComplete[Index(number)] = true;
        while (_first < _next && _isComplete[Index(_first)]) DeliverFirst();
    }

    /// <summary>Delivers all held calls.</summary>
    public void Flush()
    {
        while (_first < _next) DeliverFirst();
    }

    private int Index(long number) => (int)(number & (_calls.Length - 1));

    private void DeliverFirst() => feed.Next() = _calls[Index(_first++)];

    private void Grow()
    {
        var size = _calls.Length * 2;
        var (calls, isComplete) = (new CallRecord[size], new bool[size]);
        for (var n = _first; n < _next; n++)
            (calls[n & (size - 1)], isComplete[n & (size - 1)]) = (_calls[Index(n)], _isComplete[Index(n)]);
        (_calls, _isComplete) = (calls, isComplete);
    }
}
