namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// What becomes of the records of a page. Handlers are structs, so that the decoder is compiled for each of them and no
/// record costs a virtual call.
/// </summary>
internal unsafe interface IRecordHandler
{
    /// <summary>Takes one record.</summary>
    /// <param name="time">Its time stamp as the ring buffer has it.</param>
    /// <param name="body">Its first byte, which is that of <c>common_type</c>.</param>
    /// <param name="length">Its bytes; all of them can be read.</param>
    void Record(ulong time, byte* body, int length);

    /// <summary>Events were lost before the next record.</summary>
    /// <param name="events">How many; 0 or less when that is not known.</param>
    void Lost(long events);

    /// <summary>Whether the handler counts losses itself.</summary>
    static virtual bool CountsLosses => false;
}
