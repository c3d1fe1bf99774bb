using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Collects every record of a piece for the merge: nesting needs them all.</summary>
internal unsafe struct ToFunctionGraphBlock<TOrder>(CallDecoder<TOrder> decoder, FunctionGraphBlock block, int cpu) : IRecordHandler where TOrder : struct, IByteOrder
{
    public void Record(ulong time, byte* body, int length)
    {
        var shown = decoder.Time(time, cpu);
        if (shown > block.Latest) block.Latest = shown;
        var kind = decoder.Kind(body, length);
        ref var record = ref Next();
        record.Time = shown;
        if (decoder.IsFunction(kind, length))
        {
            decoder.Tally.Calls++;
            var call = default(CallRecord);
            decoder.Fill(ref call, time, body, cpu);
            (record.Kind, record.Function, record.Caller, record.Task, record.Context) = (FunctionGraphKind.Call, call.Function, call.Caller, call.Task, call.Context);
        }
        else if (decoder.IsEntry(kind, length))
        {
            decoder.Tally.Calls++;
            decoder.FillGraph(ref record, FunctionGraphKind.Entry, decoder.Entry(kind)!, body);
        }
        else if (decoder.IsExit(kind, length))
        {
            // Counted when it is known whether it ends a leaf.
            decoder.FillGraph(ref record, FunctionGraphKind.Exit, decoder.Events.GraphExit!, body);
        }
        else
        {
            record.Kind = FunctionGraphKind.Other;
            decoder.Other(kind, length);
        }
    }

    public static bool CountsLosses => true;

    public void Lost(long events)
    {
        ref var record = ref Next();
        (record.Time, record.Kind, record.Lost) = (block.Latest, FunctionGraphKind.Lost, events);
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
