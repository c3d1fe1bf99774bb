using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// The interface between a format reader and the sink during one reading: the fields that are needed, the order, and the feeds
/// that take the calls. The reader does not see the filters.
/// </summary>
internal sealed class CallDispatch(
    CallSink sink, CallFilter? filter, EdgeSelection? selection, TraceContext context,
    TraceReadOptions options, CancellationToken cancel) : ReadDispatch(options, cancel)
{
    /// <summary>The fields that the sink or the filter reads.</summary>
    public CallFields Fields { get; } = sink.Fields | (filter?.Fields ?? CallFields.Edge);

    /// <summary>The recording and its names.</summary>
    public TraceContext Context => context;

    /// <summary>Whether calls must be delivered in time order on the calling thread.</summary>
    public bool InOrder => sink.InOrder;

    /// <summary>Whether the filter lets calls on a CPU pass. Other CPUs need not be read.</summary>
    public bool WantsCpu(int cpu) => filter is null || filter.AllowsCpu(cpu);

    private protected override void IdleSink() => sink.Idle();

    /// <summary>Returns a feed into the sink, for the calling thread.</summary>
    public CallFeed Feed() => Feed(sink, Predicate());

    /// <summary>Returns a feed into another sink, of which the calls are passed on later.</summary>
    public CallFeed Feed(CallSink into, CallPredicate? predicate) => new(into, predicate, context.Names);

    /// <summary>
    /// Returns a feed into a fork of the sink, for another thread. Not allowed if <see cref="InOrder"/>. Pass it to
    /// <see cref="Join"/> on the calling thread.
    /// </summary>
    public CallFeed Fork()
    {
        lock (sink) return Feed(sink.Fork(), Predicate());
    }

    /// <summary>Adds the calls of a forked feed to the sink.</summary>
    public void Join(CallFeed feed)
    {
        feed.Flush();
        sink.Join(feed.Sink);
    }

    /// <summary>Returns the filter with caches for one thread; null if every call passes.</summary>
    public CallPredicate? Predicate()
    {
        var predicate = filter is null ? null : new CallPredicate(filter, selection, context);
        return predicate is { PassesAll: false } ? predicate : null;
    }
}
