namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The properties of a decoded page.</summary>
internal struct RingBufferPageResult
{
    /// <summary>The time stamps of the first and the last record; only when there are records.</summary>
    public ulong First, Last;

    /// <summary>Whether there are records.</summary>
    public bool HasRecords;

    /// <summary>The number of events lost before the page; -1 when the page does not contain it.</summary>
    public long Lost;

    /// <summary>The offset in the page at which it is damaged or cut; -1 when it is not.</summary>
    public int BrokenAt;
}
