using System.Runtime.CompilerServices;
using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.Reading;

/// <summary>Collects one thread's calls into batches, drops those the filter refuses, and hands the rest to a sink.</summary>
internal sealed class CallFeed(CallSink sink, CallPredicate? predicate)
{
    // 48 KB: stays in the second-level cache between being written and being read.
    private const int BatchSize = 1024;

    private readonly CallRecord[] _batch = new CallRecord[BatchSize];
    private int _count;

    /// <summary>Where the calls go.</summary>
    public CallSink Sink => sink;

    /// <summary>The next record to fill; every field must be set. Good until the next call of this method or <see cref="Flush"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref CallRecord Next()
    {
        if (_count == BatchSize) Flush();
        return ref _batch[_count++];
    }

    /// <summary>Adds calls already collected, in order.</summary>
    public void Add(ReadOnlySpan<CallRecord> calls)
    {
        foreach (ref readonly var call in calls) Next() = call;
    }

    /// <summary>Hands on what is collected.</summary>
    public void Flush()
    {
        if (_count == 0) return;
        var calls = _batch.AsSpan(0, _count);
        _count = 0;
        if (predicate is not null) calls = calls[..predicate.Keep(calls)];
        if (!calls.IsEmpty) sink.Accept(calls);
    }
}
