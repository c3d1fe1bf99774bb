using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// What a format reader knows of the other side during one reading: which fields are wanted, whether in order,
/// and where to put the calls. Filters stand behind it, unseen.
/// </summary>
internal sealed class CallDispatch(CallSink sink, CallFilter? filter, EdgeSelection? selection, TraceContext context, TraceReadOptions options, CancellationToken cancel)
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
    public CallPredicate? Predicate() => filter is null || new CallPredicate(filter, selection, context) is not { PassesAll: false } predicate ? null : predicate;

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
