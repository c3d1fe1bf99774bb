namespace KernelMagnifier.Model;

/// <summary>
/// Receives the kernel events of a recording in time order over all CPUs, on the thread that started the reading.
/// </summary>
internal abstract class EventSink : TraceSink
{
    /// <inheritdoc/>
    public sealed override bool InOrder => true;

    /// <summary>
    /// The fields of a record that the sink reads besides schema, time, CPU, pid and body: <see cref="CallFields.Task"/>,
    /// <see cref="CallFields.Context"/> and <see cref="CallFields.Stack"/>. A reader may leave the others unset.
    /// </summary>
    public virtual CallFields Fields => CallFields.Task | CallFields.Context | CallFields.Stack;

    /// <summary>Whether the sink wants the events of a schema. A reader asks once for each schema and skips the others.</summary>
    public virtual bool Wants(EventSchema schema) => true;

    /// <summary>
    /// Whether the sink reads the text of every event, so that the threads that decode should make it
    /// (<see cref="EventRecord.Message"/>).
    /// </summary>
    public virtual bool WantsMessages => false;

    /// <summary>
    /// Receives the calls of the recording in the same reading; null if the sink wants none. Calls and events are interleaved in
    /// time order unless <see cref="NeedsCallOrder"/> is false.
    /// </summary>
    public virtual CallSink? Calls => null;

    /// <summary>Whether calls must come between events in time order. If not, no event waits for the return of a call.</summary>
    public virtual bool NeedsCallOrder => true;

    /// <summary>
    /// Creates what makes digests on a thread that decodes; null if the sink takes only whole records. A reader may deliver whole
    /// records all the same.
    /// </summary>
    public virtual EventDigester? NewDigester() => null;

    /// <summary>Receives one event.</summary>
    public abstract void Accept(in EventRecord record);

    /// <summary>Receives events as digests, in order.</summary>
    /// <param name="digests">The digests.</param>
    /// <param name="cpu">The CPU of all of them.</param>
    public virtual void Accept(ReadOnlySpan<EventDigest> digests, int cpu)
        => throw new NotSupportedException($"{GetType().Name} makes no digests.");

    /// <summary>
    /// Reports that events were lost on a CPU. The report comes directly before the first event after the gap on that CPU,
    /// whether or not the sink wants that event.
    /// </summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="events">The number of events; null if not known.</param>
    /// <param name="time">The time of the first event after the gap.</param>
    public virtual void Lost(int cpu, long? events, long time) { }
}
