namespace KernelMagnifier.Traces.TraceDat;

/// <summary>A kernel event, or a loss of events, in an <see cref="EventBlock"/>.</summary>
internal struct EventEntry
{
    /// <summary>The <see cref="Id"/> of a loss of events, which no event has.</summary>
    public const ushort LossId = 0;

    /// <summary>
    /// The <see cref="Length"/> of an entry that is not delivered: a stack that was added to the event before it, or the time up to
    /// which a CPU that is read live has no event.
    /// </summary>
    public const int Taken = -1;

    /// <summary>The <see cref="Length"/> of a call, or of a record for the pairing of calls.</summary>
    public const int IsCall = -2;

    /// <summary>The converted time stamp. Of a loss: the number of lost events; 0 or less if not known.</summary>
    public long Time;

    /// <summary>
    /// The offset of the record in <see cref="EventBlock.Bytes"/>. Of a call: its index in <see cref="EventBlock.Calls"/> or
    /// <see cref="EventBlock.Pairing"/>.
    /// </summary>
    public int Offset;

    /// <summary>The offset of the stack that follows the event; 0 if there is none.</summary>
    public int StackOffset;

    /// <summary>The pid; -1 if not known.</summary>
    public int ProcessId;

    /// <summary>The id of the task; 0 if not needed.</summary>
    public int Task;

    /// <summary>The length of the record in bytes.</summary>
    public int Length;

    /// <summary>The length of the stack in bytes.</summary>
    public int StackLength;

    /// <summary>The place of the event's text in <see cref="EventBlock.Messages"/>; the length is 0 if it was not made.</summary>
    public int MessageOffset, MessageLength;

    /// <summary>The event id, or <see cref="LossId"/>.</summary>
    public ushort Id;

    /// <summary>The execution context.</summary>
    public ExecutionContext Context;
}
