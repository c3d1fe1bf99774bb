using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Collects the kernel events that the sink wants, and calls. The merge key of each event is the latest time stamp of its CPU so
/// far, as for calls.
/// </summary>
/// <param name="decoder">The thread's decoder.</param>
/// <param name="block">Takes the events.</param>
/// <param name="wanted">The events that the sink wants.</param>
/// <param name="digests">The thread's digests.</param>
/// <param name="cpu">The CPU.</param>
/// <param name="fields">The fields that the sink reads.</param>
/// <param name="calls">What happens to calls.</param>
internal unsafe struct EventBlockHandler<TOrder>(
    CallDecoder<TOrder> decoder, EventBlock block, WantedEvents wanted, EventDigests digests, int cpu, CallFields fields,
    CallsBetween calls)
    : IRecordHandler
    where TOrder : struct, IByteOrder
{
    private readonly bool _wantsTask = fields.HasFlag(CallFields.Task), _wantsStack = fields.HasFlag(CallFields.Stack);
    private readonly bool _pairs = calls == CallsBetween.Paired;
    private long _loss;
    private bool _isAfterLoss;
    private Last _last;

    /// <summary>The record before, to which a stack belongs.</summary>
    private enum Last : byte { None, Wanted, Unwanted, Other }

    public void Record(ulong time, byte* body, int length)
    {
        var shown = decoder.Time(time, cpu);
        if (shown > block.Latest) block.Latest = shown;
        if (_isAfterLoss) AddLoss();
        var id = decoder.EventId(body, length);
        var kind = digests.KindOf(id);
        // Most events of a recording that is measured become digests. No digest is of a call or of a stack.
        if (EventDigests.IsDigest(kind))
        {
            decoder.Tally.Other(id);
            _last = Last.Unwanted;
            if (!TryAddDigest(kind, shown, body, length)) AddEvent(shown, body, length, id);
            return;
        }
        RecordOther(time, shown, body, length, id, kind);
    }

    private void RecordOther(ulong time, ulong shown, byte* body, int length, int id, byte kind)
    {
        var isFunction = decoder.IsFunction(id, length);
        if (isFunction || decoder.IsEntry(id, length))
        {
            decoder.Tally.Calls++;
            _last = Last.Other;
            if (_pairs) AddToPairing(shown, isFunction ? FunctionGraphRecordKind.Call : FunctionGraphRecordKind.Entry, id, time, body);
            else if (calls == CallsBetween.Single) AddCall(isFunction, time, body, id);
            return;
        }
        // The return of a call is a part of the call. The pairing counts it.
        if (decoder.IsExit(id, length))
        {
            _last = Last.Other;
            if (_pairs) AddToPairing(shown, FunctionGraphRecordKind.Exit, id, time, body);
            else decoder.CountOther(id, length);
            return;
        }
        decoder.CountOther(id, length);
        // The pairing learns of the events that are delivered when they are.
        if (_pairs && kind == EventDigests.NotWanted) AddToPairing(shown, FunctionGraphRecordKind.Other, id, time, body);
        if (id <= 0) return;
        if (id == wanted.StackId && _wantsStack)
        {
            if (_last == Last.Unwanted || (_last == Last.Wanted && AddStack(body, length))) return;
            if (_last == Last.None) BeginWithStack(body, length);
        }
        _last = kind == EventDigests.NotWanted ? Last.Unwanted : Last.Wanted;
        if (_last == Last.Wanted) AddEvent(shown, body, length, id);
    }

    public void Lost(long events)
    {
        if (_pairs)
        {
            ref var entry = ref block.NextEntry();
            (entry.Length, entry.Offset) = (EventEntry.IsCall, block.PairingCount);
            NextPairing() = new FunctionGraphRecord { Time = block.Latest, Kind = FunctionGraphRecordKind.Lost, Lost = events };
        }
        _loss = _isAfterLoss && (_loss <= 0 || events <= 0) ? 0 : _loss + events;
        _isAfterLoss = true;
        _last = Last.Other;
    }

    /// <summary>Adds a loss at the end of a piece.</summary>
    public void Finish()
    {
        if (_isAfterLoss) AddLoss();
        if (_wantsStack && _last == Last.Wanted && wanted.StackId > 0 && block.Entries[block.EntryCount - 1].StackLength == 0)
            block.EndWithEvent();
    }

    private readonly void AddEvent(ulong shown, byte* body, int length, int id)
    {
        ref var entry = ref block.NextEntry();
        entry.Time = (long)shown;
        entry.Offset = Place(body, length);
        entry.Length = length;
        (entry.StackOffset, entry.StackLength) = (0, 0);
        entry.ProcessId = decoder.Pid(body);
        entry.Task = _wantsTask ? decoder.Task(entry.ProcessId) : 0;
        entry.Id = (ushort)id;
        entry.Context = decoder.Context(body);
        digests.AddMessage(block, ref entry, new ReadOnlySpan<byte>(body, length));
    }

    /// <summary>Adds the digest of an event; false if the sink needs the whole record.</summary>
    private readonly bool TryAddDigest(byte kind, ulong time, byte* body, int length)
    {
        ref var digest = ref block.Next();
        if (!digests.TryDigest(kind, new ReadOnlySpan<byte>(body, length), ref digest))
        {
            block.Count--;
            return false;
        }
        (digest.Time, digest.Kind, digest.ProcessId, digest.Context) = ((long)time, kind, decoder.Pid(body), decoder.Context(body));
        return true;
    }

    /// <summary>Adds a stack to the event before it.</summary>
    private readonly bool AddStack(byte* body, int length)
    {
        ref var entry = ref block.Entries[block.EntryCount - 1];
        // In between there can be a record for the pairing.
        if (entry.Length == EventEntry.IsCall) entry = ref block.Entries[block.EntryCount - 2];
        if (entry.StackLength > 0 || entry.ProcessId != decoder.Pid(body)) return false;
        (entry.StackOffset, entry.StackLength) = (Place(body, length), length);
        return true;
    }

    /// <summary>Keeps a stack at the start of a piece for the event at the end of the piece before.</summary>
    private readonly void BeginWithStack(byte* body, int length)
        => block.BeginWithStack(Place(body, length), length, decoder.Pid(body), wanted.Contains(wanted.StackId) ? block.EntryCount : -1);

    private readonly void AddCall(bool isFunction, ulong time, byte* body, int id)
    {
        ref var entry = ref block.NextEntry();
        (entry.Length, entry.Offset) = (EventEntry.IsCall, block.CallCount);
        if (block.CallCount == block.Calls.Length) Array.Resize(ref block.Calls, Math.Max(64, block.Calls.Length * 2));
        ref var call = ref block.Calls[block.CallCount++];
        call = default;
        if (isFunction) decoder.Fill(ref call, time, body, cpu);
        else decoder.FillEntry(ref call, time, body, cpu, id);
    }

    private readonly void AddToPairing(ulong shown, FunctionGraphRecordKind kind, int id, ulong time, byte* body)
    {
        ref var entry = ref block.NextEntry();
        (entry.Length, entry.Offset) = (EventEntry.IsCall, block.PairingCount);
        ref var record = ref NextPairing();
        record = new FunctionGraphRecord { Time = shown, Kind = kind };
        switch (kind)
        {
            case FunctionGraphRecordKind.Call:
                var call = default(CallRecord);
                decoder.Fill(ref call, time, body, cpu);
                (record.Function, record.Caller, record.Task, record.Context) = (call.Function, call.Caller, call.Task, call.Context);
                break;
            case FunctionGraphRecordKind.Entry:
                decoder.FillFunctionGraph(ref record, kind, decoder.EntryFormat(id)!, body);
                break;
            case FunctionGraphRecordKind.Exit:
                decoder.FillFunctionGraph(ref record, kind, decoder.Events.FunctionGraphExit!, body);
                break;
        }
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
        (entry.Id, entry.Time, entry.Length) = (EventEntry.LossId, _loss, 0);
        (_loss, _isAfterLoss) = (0, false);
    }

    private readonly ref FunctionGraphRecord NextPairing()
    {
        if (block.PairingCount == block.Pairing.Length) Array.Resize(ref block.Pairing, Math.Max(64, block.Pairing.Length * 2));
        return ref block.Pairing[block.PairingCount++];
    }
}
