using System.Runtime.CompilerServices;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces;

/// <summary>
/// What a format reader knows of the other side during one reading: which fields are wanted, whether in order,
/// and where to put the calls. Filters stand behind it, unseen.
/// </summary>
internal sealed class CallDispatch(CallSink sink, CallFilter? filter, GraphSelection? selection, CallNames names, TraceReadOptions options, CancellationToken cancel)
{
    private long _nextProgress;

    /// <summary>The fields that sink and filter read together.</summary>
    public CallFields Fields { get; } = sink.Fields | (filter?.Fields ?? CallFields.Edge);

    /// <summary>Calls must be delivered in time order on the calling thread.</summary>
    public bool InOrder => sink.InOrder;

    /// <summary>Ends the reading early.</summary>
    public CancellationToken Cancel => cancel;

    /// <summary>How many threads to read with.</summary>
    public int Threads { get; } = options.Threads > 0 ? options.Threads : Math.Max(1, Environment.ProcessorCount);

    /// <summary>CPUs the filter can never let through need not be read at all.</summary>
    public bool WantsCpu(int cpu) => filter is null || filter.AllowsCpu(cpu);

    /// <summary>A feed into the sink itself, for the calling thread.</summary>
    public CallFeed Feed() => new(sink, Predicate());

    /// <summary>A feed into a fork of the sink, for another thread; only when not <see cref="InOrder"/>. Give it to <see cref="Join"/> on the calling thread.</summary>
    public CallFeed Fork()
    {
        lock (sink) return new(sink.Fork(), Predicate());
    }

    /// <summary>Brings a forked feed's calls to the sink.</summary>
    public void Join(CallFeed feed)
    {
        feed.Flush();
        sink.Join(feed.Sink);
    }

    /// <summary>The filter with its own caches, for one thread; null when everything passes.</summary>
    public CallPredicate? Predicate() => filter is null || new CallPredicate(filter, selection, names) is not { PassesAll: false } predicate ? null : predicate;

    /// <summary>Tells the user how far the reading is; at most ten times a second. Call on the calling thread only.</summary>
    public void Progress(long done, long total)
    {
        cancel.ThrowIfCancellationRequested();
        if (options.Progress is null) return;
        var now = Environment.TickCount64;
        if (now < _nextProgress) return;
        _nextProgress = now + 100;
        options.Progress(new TraceProgress(done, total));
    }
}

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
