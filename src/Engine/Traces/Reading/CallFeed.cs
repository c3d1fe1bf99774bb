using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.Reading;

/// <summary>Collects the calls of one thread into batches, filters them and passes them to a sink.</summary>
internal sealed class CallFeed(CallSink sink, CallPredicate? predicate, CallNames? names = null)
{
    // 48 KB, so that a batch stays in the second-level cache until it is read.
    private const int BatchSize = 1024;

    private readonly CallRecord[] _batch = new CallRecord[BatchSize];
    private int _count;

    /// <summary>The sink.</summary>
    public CallSink Sink => sink;

    /// <summary>
    /// Returns the next record to fill. Every field must be set. Valid until the next call of this method or of
    /// <see cref="Flush"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref CallRecord Next()
    {
        if (_count == BatchSize) Flush();
        return ref _batch[_count++];
    }

    /// <summary>Adds calls, in order.</summary>
    public void Add(ReadOnlySpan<CallRecord> calls)
    {
        foreach (ref readonly var call in calls) Next() = call;
    }

    /// <summary>Passes the collected calls to the sink.</summary>
    public void Flush()
    {
        if (_count == 0) return;
        var calls = _batch.AsSpan(0, _count);
        _count = 0;
        if (predicate is not null) calls = calls[..predicate.Keep(calls)];
        if (calls.IsEmpty) return;
        names?.CountOthers(calls);
        sink.Accept(calls);
    }
}
