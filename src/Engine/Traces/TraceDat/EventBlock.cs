using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The kernel events of one piece, to be merged with the events of other CPUs.</summary>
internal sealed unsafe class EventBlock : MergeBlock
{
    /// <summary>
    /// The digests of the events. One of kind 0 stands for a whole record or a loss: its <see cref="EventDigest.A"/> is the index in
    /// <see cref="Entries"/>.
    /// </summary>
    public EventDigest[] Digests = new EventDigest[64];

    /// <summary>The whole records and the losses.</summary>
    public EventEntry[] Entries = new EventEntry[64];

    /// <summary>The number of <see cref="Entries"/>.</summary>
    public int EntryCount;

    /// <summary>The bytes that contain the records: the pages of the piece, or copies of the records. Pinned.</summary>
    public byte[] Bytes = [];

    /// <summary>The length of the part of <see cref="Bytes"/> that holds copies.</summary>
    public int Used;

    /// <summary>The first of <see cref="Bytes"/>.</summary>
    public byte* Start;

    /// <summary>Forgets the records.</summary>
    public void Restart() => (Used, EntryCount) = (0, 0);

    /// <summary>Adds a record, whose digest the caller fills.</summary>
    public ref EventDigest Next()
    {
        if (Count == Digests.Length)
        {
            Array.Resize(ref Digests, Digests.Length * 2);
            Array.Resize(ref Keys, Digests.Length);
        }
        Keys[Count] = Latest;
        return ref Digests[Count++];
    }

    /// <summary>Adds a whole record or a loss, which the caller fills.</summary>
    public ref EventEntry NextEntry()
    {
        if (EntryCount == Entries.Length) Array.Resize(ref Entries, Entries.Length * 2);
        Next() = new EventDigest { A = EntryCount };
        return ref Entries[EntryCount++];
    }

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
