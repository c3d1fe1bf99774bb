using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.Live;

/// <summary>Reads calls without kernel events.</summary>
/// <param name="feed">Takes the calls.</param>
/// <param name="fields">The fields of calls that are needed.</param>
internal sealed class LiveCalls(CallFeed feed, CallFields fields) : EventSink
{

    /// <inheritdoc/>
    public override CallFields Fields => 0;

    /// <inheritdoc/>
    public override CallSink Calls { get; } = new Filtering(feed, fields);

    /// <inheritdoc/>
    public override bool Wants(EventSchema schema) => false;

    /// <inheritdoc/>
    public override void Accept(in EventRecord record) { }

    /// <summary>Passes each batch on at once.</summary>
    private sealed class Filtering(CallFeed feed, CallFields fields) : CallSink
    {
        public override CallFields Fields => fields;

        public override bool InOrder => true;

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            feed.Add(calls);
            feed.Flush();
        }

        public override void Idle() => feed.Sink.Idle();
    }
}
