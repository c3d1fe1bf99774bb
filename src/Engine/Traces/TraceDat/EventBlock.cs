namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The kernel events of one piece, to be merged with the events of other CPUs.</summary>
internal sealed unsafe class EventBlock : MergeBlock
{
    /// <summary>The events and losses.</summary>
    public EventEntry[] Entries = new EventEntry[64];

    /// <summary>The bytes that contain the records: the pages of the piece, or copies of the records. Pinned.</summary>
    public byte[] Bytes = [];

    /// <summary>The length of the part of <see cref="Bytes"/> that holds copies.</summary>
    public int Used;

    /// <summary>The first of <see cref="Bytes"/>.</summary>
    public byte* Start;

    /// <summary>Makes room for bytes after <see cref="Used"/>.</summary>
    public void Reserve(int length)
    {
        if (Used + length <= Bytes.Length) return;
        var larger = GC.AllocateUninitializedArray<byte>(Math.Max(Used + length, Math.Max(256 * 1024, Bytes.Length * 2)), pinned: true);
        Bytes.AsSpan(0, Used).CopyTo(larger);
        Bytes = larger;
        // A pinned array does not move.
        fixed (byte* start = larger) Start = start;
    }
}
