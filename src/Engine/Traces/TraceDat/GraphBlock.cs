namespace KernelMagnifier.Traces.TraceDat;

/// <summary>What a record is to the nesting of calls.</summary>
internal enum GraphKind : byte
{
    /// <summary>An event that is no call; it only stands between two others.</summary>
    Other,

    /// <summary>A function was entered (function_graph).</summary>
    Entry,

    /// <summary>A function returned (function_graph).</summary>
    Exit,

    /// <summary>A call of the function tracer, which nests in nothing.</summary>
    Call,

    /// <summary>Events of this CPU were lost here.</summary>
    Lost,
}

/// <summary>A record of the function_graph tracer, decoded, before calls are made of entries and exits.</summary>
internal struct GraphRecord
{
    public ulong Time;

    /// <summary>Of an exit: when the function was entered and when it returned, by the tracer's own clock.</summary>
    public ulong CallTime, ReturnTime;

    /// <summary>Of a loss: how many events; 0 or less when not known.</summary>
    public long Lost;

    public int Function;

    /// <summary>Where the record itself tells it; else 0.</summary>
    public int Caller;

    public int Pid;
    public int Task;
    public int Depth;
    public GraphKind Kind;
    public ExecutionContext Context;
}

/// <summary>The records of one piece.</summary>
internal sealed class GraphBlock : MergeBlock
{
    public GraphRecord[] Records = new GraphRecord[64];
}

/// <summary>Collects every record of a piece for the merge: nesting needs them all.</summary>
internal unsafe struct ToGraphBlock<TOrder>(CallDecoder<TOrder> decoder, GraphBlock block, int cpu) : IRecordHandler where TOrder : struct, IByteOrder
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
            (record.Kind, record.Function, record.Caller, record.Task, record.Context) = (GraphKind.Call, call.Function, call.Caller, call.Task, call.Context);
        }
        else if (decoder.IsEntry(kind, length))
        {
            decoder.Tally.Calls++;
            decoder.FillGraph(ref record, GraphKind.Entry, decoder.Entry(kind)!, body);
        }
        else if (decoder.IsExit(kind, length))
        {
            // Counted when it is known whether it ends a leaf.
            decoder.FillGraph(ref record, GraphKind.Exit, decoder.Events.GraphExit!, body);
        }
        else
        {
            record.Kind = GraphKind.Other;
            decoder.Other(kind, length);
        }
    }

    public static bool CountsLosses => true;

    public void Lost(long events)
    {
        ref var record = ref Next();
        (record.Time, record.Kind, record.Lost) = (block.Latest, GraphKind.Lost, events);
    }

    private readonly ref GraphRecord Next()
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
