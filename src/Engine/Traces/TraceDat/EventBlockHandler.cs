using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Collects the kernel events that the sink wants. The merge key of each event is the latest time stamp of its CPU so far, as for
/// calls.
/// </summary>
/// <param name="decoder">The thread's decoder.</param>
/// <param name="block">Takes the events.</param>
/// <param name="wanted">The events that the sink wants.</param>
/// <param name="digests">The thread's digests.</param>
/// <param name="cpu">The CPU.</param>
/// <param name="fields">The fields that the sink reads.</param>
internal unsafe struct EventBlockHandler<TOrder>(
    CallDecoder<TOrder> decoder, EventBlock block, WantedEvents wanted, EventDigests digests, int cpu, CallFields fields)
    : IRecordHandler
    where TOrder : struct, IByteOrder
{
    private readonly bool _wantsTask = fields.HasFlag(CallFields.Task), _wantsStack = fields.HasFlag(CallFields.Stack);
    private long _loss;
    private bool _isAfterLoss, _isAfterEvent;

    public void Record(ulong time, byte* body, int length)
    {
        var shown = decoder.Time(time, cpu);
        if (shown > block.Latest) block.Latest = shown;
        if (_isAfterLoss) AddLoss();
        var id = decoder.EventId(body, length);
        if (decoder.IsFunction(id, length) || decoder.IsEntry(id, length))
        {
            decoder.Tally.Calls++;
            _isAfterEvent = false;
            return;
        }
        decoder.CountOther(id, length);
        if (id <= 0) return;
        if (id == wanted.StackId && _wantsStack && _isAfterEvent && AddStack(body, length)) return;
        var kind = digests.KindOf(id);
        _isAfterEvent = kind == 0;
        if (kind == EventDigests.NotWanted || (kind != 0 && TryAddDigest(kind, shown, body, length))) return;
        ref var entry = ref block.NextEntry();
        entry.Time = (long)shown;
        entry.Offset = Place(body, length);
        entry.Length = length;
        (entry.StackOffset, entry.StackLength) = (0, 0);
        entry.ProcessId = decoder.Pid(body);
        entry.Task = _wantsTask ? decoder.Task(entry.ProcessId) : 0;
        entry.Id = (ushort)id;
        entry.Context = decoder.Context(body);
    }

    public void Lost(long events)
    {
        _loss = _isAfterLoss && (_loss <= 0 || events <= 0) ? 0 : _loss + events;
        _isAfterLoss = true;
        _isAfterEvent = false;
    }

    /// <summary>Adds a loss at the end of a piece.</summary>
    public void Finish()
    {
        if (_isAfterLoss) AddLoss();
    }

    /// <summary>Adds the digest of an event; false if the sink needs the whole record.</summary>
    private readonly bool TryAddDigest(byte kind, ulong time, byte* body, int length)
    {
        var digest = default(EventDigest);
        if (!digests.TryDigest(kind, new ReadOnlySpan<byte>(body, length), ref digest)) return false;
        (digest.Time, digest.Kind, digest.ProcessId, digest.Context) = ((long)time, kind, decoder.Pid(body), decoder.Context(body));
        block.Next() = digest;
        return true;
    }

    /// <summary>Adds a stack to the event before it.</summary>
    private readonly bool AddStack(byte* body, int length)
    {
        ref var entry = ref block.Entries[block.EntryCount - 1];
        if (entry.StackLength > 0 || entry.ProcessId != decoder.Pid(body)) return false;
        (entry.StackOffset, entry.StackLength) = (Place(body, length), length);
        return true;
    }

    /// <summary>The offset of a record in the block, to which it is copied unless the block holds the pages.</summary>
    private readonly int Place(byte* body, int length)
    {
        if (body >= block.Start && body < block.Start + block.Bytes.Length) return (int)(body - block.Start);
        block.Reserve(length);
        new ReadOnlySpan<byte>(body, length).CopyTo(block.Bytes.AsSpan(block.Used));
        block.Used += length;
        return block.Used - length;
    }

    private void AddLoss()
    {
        ref var entry = ref block.NextEntry();
        (entry.Id, entry.Time) = (EventEntry.LossId, _loss);
        (_loss, _isAfterLoss) = (0, false);
    }
}
