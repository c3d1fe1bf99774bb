using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Collects every record of a piece for the merge: the pairing of entries with exits needs all of them.</summary>
internal unsafe struct FunctionGraphBlockHandler<TOrder>(CallDecoder<TOrder> decoder, FunctionGraphBlock block, int cpu)
    : IRecordHandler
    where TOrder : struct, IByteOrder
{
    public void Record(ulong time, byte* body, int length)
    {
        var shown = decoder.Time(time, cpu);
        if (shown > block.Latest) block.Latest = shown;
        var id = decoder.EventId(body, length);
        ref var record = ref Next();
        record.Time = shown;
        if (decoder.IsFunction(id, length))
        {
            decoder.Tally.Calls++;
            var call = default(CallRecord);
            decoder.Fill(ref call, time, body, cpu);
            record.Kind = FunctionGraphRecordKind.Call;
            (record.Function, record.Caller, record.Task, record.Context) = (call.Function, call.Caller, call.Task, call.Context);
        }
        else if (decoder.IsEntry(id, length))
        {
            decoder.Tally.Calls++;
            decoder.FillFunctionGraph(ref record, FunctionGraphRecordKind.Entry, decoder.EntryFormat(id)!, body);
        }
        else if (decoder.IsExit(id, length))
        {
            // Counted by the pairing, which knows whether the exit ends a leaf.
            decoder.FillFunctionGraph(ref record, FunctionGraphRecordKind.Exit, decoder.Events.FunctionGraphExit!, body);
        }
        else
        {
            record.Kind = FunctionGraphRecordKind.Other;
            decoder.CountOther(id, length);
        }
    }

    public static bool CountsLosses => true;

    public void Lost(long events)
    {
        ref var record = ref Next();
        (record.Time, record.Kind, record.Lost) = (block.Latest, FunctionGraphRecordKind.Lost, events);
    }

    private readonly ref FunctionGraphRecord Next()
    {
        if (block.Count == block.Records.Length)
        {
            Array.Resize(ref block.Records, block.Records.Length * 2);
            Array.Resize(ref block.Keys, block.Records.Length);
        }
        block.Keys[block.Count] = block.Latest;
        return ref block.Records[block.Count++];
    }
}
