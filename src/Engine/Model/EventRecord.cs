namespace KernelMagnifier.Model;

/// <summary>
/// One kernel event as readers deliver it. Valid only during the call that receives it: the spans belong to the reader.
/// </summary>
internal readonly ref struct EventRecord
{
    /// <summary>The kind of the event.</summary>
    public required EventSchema Schema { get; init; }

    /// <summary>
    /// The time, in nanoseconds or counts (<see cref="TraceInfo.ClockUnit"/>), or <see cref="CallRecord.NoTime"/>.
    /// </summary>
    public long Time { get; init; }

    /// <summary>The CPU; -1 if not known.</summary>
    public int Cpu { get; init; }

    /// <summary>The pid of the task in whose context the event was recorded; -1 if not known.</summary>
    public int ProcessId { get; init; }

    /// <summary>
    /// The id of that task in <see cref="CallNames.Tasks"/>; 0 if not known, or if the sink does not read it
    /// (<see cref="EventSink.Fields"/>).
    /// </summary>
    public int Task { get; init; }

    /// <summary>The execution context.</summary>
    public ExecutionContext Context { get; init; }

    /// <summary>The record, which <see cref="Schema"/> decodes.</summary>
    public ReadOnlySpan<byte> Body { get; init; }

    /// <summary>
    /// The bytes of the event's text (<see cref="EventSchema.WriteMessage"/>), if the sink <see cref="EventSink.WantsMessages"/>
    /// and the reader has made them; else empty.
    /// </summary>
    public ReadOnlySpan<byte> Message { get; init; }

    /// <summary>
    /// The kernel stack that was recorded with the event (<see cref="EventSchema.Frames"/>); empty if there is none.
    /// </summary>
    public ReadOnlySpan<byte> Stack { get; init; }
}
