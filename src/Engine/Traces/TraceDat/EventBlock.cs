using System.Buffers;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The kernel events of one piece, to be merged with the events of other CPUs.</summary>
internal sealed unsafe class EventBlock : MergeBlock
{
    /// <summary>
    /// The digests of the events. One of kind 0 stands for a whole record, a loss or a call: its <see cref="EventDigest.A"/> is
    /// the index in <see cref="Entries"/>.
    /// </summary>
    public EventDigest[] Digests = new EventDigest[64];

    /// <summary>The whole records, losses and calls.</summary>
    public EventEntry[] Entries = new EventEntry[64];

    /// <summary>The number of <see cref="Entries"/>.</summary>
    public int EntryCount;

    /// <summary>The bytes that contain the records: the pages of the piece, or copies of the records. Pinned.</summary>
    public byte[] Bytes = [];

    /// <summary>The length of the part of <see cref="Bytes"/> that is in use.</summary>
    public int Used;

    /// <summary>The first of <see cref="Bytes"/>.</summary>
    public byte* Start;

    /// <summary>The texts of the events, if the sink wants them.</summary>
    public readonly ArrayBufferWriter<byte> Messages = new();

    /// <summary>The calls of the function tracer, if the sink receives calls.</summary>
    public CallRecord[] Calls = [];

    /// <summary>The number of calls.</summary>
    public int CallCount;

    /// <summary>What the pairing of entries with exits needs, if the sink receives calls.</summary>
    public FunctionGraphRecord[] Pairing = [];

    /// <summary>The number of records for the pairing.</summary>
    public int PairingCount;

    private int _stackOffset, _stackLength, _stackPid, _stackEntry;
    private bool _endsWithEvent;

    /// <inheritdoc/>
    public override bool NeedsNext => _endsWithEvent;

    /// <summary>Removes what the block contains of another piece.</summary>
    public void Reset()
    {
        (Used, EntryCount, CallCount, PairingCount, _stackLength, _endsWithEvent) = (0, 0, 0, 0, 0, false);
        Messages.ResetWrittenCount();
    }

    /// <summary>Adds an event, whose digest the caller fills.</summary>
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

    /// <summary>Adds a whole record, a loss or a call, which the caller fills.</summary>
    public ref EventEntry NextEntry()
    {
        if (EntryCount == Entries.Length) Array.Resize(ref Entries, Entries.Length * 2);
        Next() = new EventDigest { A = EntryCount };
        return ref Entries[EntryCount++];
    }

    /// <summary>Notes that the piece begins with a stack, which belongs to the last event of the piece before.</summary>
    /// <param name="offset">The offset of the record in <see cref="Bytes"/>.</param>
    /// <param name="length">The length of the record.</param>
    /// <param name="pid">The pid of the record.</param>
    /// <param name="entry">The index of the entry that delivers the stack as an event of its own; -1 if there is none.</param>
    public void BeginWithStack(int offset, int length, int pid, int entry)
        => (_stackOffset, _stackLength, _stackPid, _stackEntry) = (offset, length, pid, entry);

    /// <summary>Notes that the piece ends with an event, whose stack can be at the start of the next one.</summary>
    public void EndWithEvent() => _endsWithEvent = true;

    /// <inheritdoc/>
    public override void Follow(MergeBlock next)
    {
        var block = (EventBlock)next;
        if (block._stackLength == 0) return;
        ref var last = ref Entries[EntryCount - 1];
        if (last.ProcessId != block._stackPid) return;
        Reserve(block._stackLength);
        block.Bytes.AsSpan(block._stackOffset, block._stackLength).CopyTo(Bytes.AsSpan(Used));
        (last.StackOffset, last.StackLength) = (Used, block._stackLength);
        Used += block._stackLength;
        if (block._stackEntry >= 0) block.Entries[block._stackEntry].Length = EventEntry.Taken;
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
