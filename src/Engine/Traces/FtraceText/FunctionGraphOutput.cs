using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Delivers the calls of function_graph text in the order that the sink asks for: of their entries, or of their returns.
/// </summary>
internal sealed class FunctionGraphOutput
{
    private readonly CallFeed _feed;

    // Null if the sink does not wait for durations.
    private readonly EntryOrderWindow? _window;

    public FunctionGraphOutput(CallDispatch dispatch, FunctionGraphColumns columns)
    {
        (_feed, InEntryOrder) = (dispatch.Feed(), dispatch.InOrder);
        if (dispatch.InOrder && dispatch.Fields.HasFlag(CallFields.Duration) && columns.HasFlag(FunctionGraphColumns.Duration))
            _window = new EntryOrderWindow(_feed);
    }

    /// <summary>Whether calls are delivered in the order of their entries, not of their returns.</summary>
    public bool InEntryOrder { get; }

    /// <summary>Adds a call at its entry; the caller sets every field of the record.</summary>
    /// <param name="number">Number of the call for <see cref="Complete"/> and <see cref="OpenCall.Number"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref CallRecord Add(out long number)
    {
        number = 0;
        if (_window is not null) return ref _window.Add(out number);
        return ref _feed.Next();
    }

    /// <summary>Marks a call that was added with its durations as complete.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Complete(long number) => _window?.Complete(number);

    /// <summary>Handles the return of a call.</summary>
    public void Return(ref OpenCall open, long duration, long selfDuration)
    {
        if (InEntryOrder)
        {
            _window?.Complete(open.Number, duration, selfDuration);
            return;
        }
        ref var call = ref _feed.Next();
        call = open.Call;
        (call.Duration, call.SelfDuration) = (duration, selfDuration);
    }

    /// <summary>Delivers the calls of a block, so that a slow pipe does not hold them back.</summary>
    public void EndBlock()
    {
        if (InEntryOrder) _feed.Flush();
    }

    /// <summary>Delivers all calls.</summary>
    public void End()
    {
        _window?.Flush();
        _feed.Flush();
    }
}
