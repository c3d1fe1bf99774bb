namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Receives the records of ring buffer pages. Handlers are structs: the page decoder is compiled for each of them, without a
/// virtual call per record.
/// </summary>
internal unsafe interface IRecordHandler
{
    /// <summary>Receives one record.</summary>
    /// <param name="time">The time stamp from the ring buffer, not converted.</param>
    /// <param name="body">The first byte of the event, which is the first byte of <c>common_type</c>.</param>
    /// <param name="length">The length of the event in bytes; all of them can be read.</param>
    void Record(ulong time, byte* body, int length);

    /// <summary>Reports that events were lost before the next record.</summary>
    /// <param name="events">The number of events; 0 or less when unknown.</param>
    void Lost(long events);

    /// <summary>Whether the handler itself counts the losses whose number is known.</summary>
    static virtual bool CountsLosses => false;
}
