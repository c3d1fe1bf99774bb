namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// How the recorded machine wrote numbers, as a type: the decoder is compiled for each, so that no event pays for the choice.
/// </summary>
internal unsafe interface IByteOrder
{
    static abstract ushort UInt16(byte* at);

    static abstract uint UInt32(byte* at);

    static abstract ulong UInt64(byte* at);

    /// <summary>A record's header: its kind or length. Bit fields are laid out from the other end on big-endian machines.</summary>
    static abstract uint TypeLength(uint header);

    /// <summary>A record's header: time since the record before.</summary>
    static abstract uint TimeDelta(uint header);
}
