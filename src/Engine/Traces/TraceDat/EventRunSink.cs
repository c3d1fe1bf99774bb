using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes merged kernel events, losses and calls to the sink.</summary>
/// <param name="sink">The sink.</param>
/// <param name="schemas">The schemas of the events.</param>
/// <param name="calls">Receives what comes between calls; null without calls.</param>
/// <param name="pairing">Pairs entries with exits; null if each record is a call.</param>
internal sealed class EventRunSink(EventSink sink, DatEventSchemas schemas, InterleavedCalls? calls, EntryExitPairing? pairing)
    : IRunSink<EventBlock>
{
    public void Run(EventBlock block, int from, int to, MergeStream stream)
    {
        var bytes = block.Bytes.AsSpan();
        for (var i = from; i < to; i++)
        {
            ref readonly var digest = ref block.Digests[i];
            if (digest.Kind != 0)
            {
                var first = i;
                while (i + 1 < to && block.Digests[i + 1].Kind != 0) i++;
                if (pairing is not null) pairing.AddOther(stream.BufferNumber, stream.Cpu);
                else calls?.Flush();
                sink.Accept(block.Digests.AsSpan(first, i + 1 - first), stream.Cpu);
                continue;
            }
            ref readonly var entry = ref block.Entries[digest.A];
            if (entry.Length < 0)
            {
                if (entry.Length == EventEntry.Taken) continue;
                if (pairing is not null) pairing.Add(in block.Pairing[entry.Offset], stream.BufferNumber, stream.Cpu);
                else calls!.Add(in block.Calls[entry.Offset]);
                continue;
            }
            if (entry.Id == EventEntry.LossId)
            {
                Lost(stream.Cpu, entry.Time > 0 ? entry.Time : null, (long)block.Keys[i]);
                continue;
            }
            pairing?.AddOther(stream.BufferNumber, stream.Cpu);
            var record = new EventRecord
            {
                Schema = schemas[entry.Id]!, Time = entry.Time, Cpu = stream.Cpu, ProcessId = entry.ProcessId, Task = entry.Task,
                Context = entry.Context, Body = bytes.Slice(entry.Offset, entry.Length),
                Stack = bytes.Slice(entry.StackOffset, entry.StackLength),
                Message = block.Messages.WrittenSpan.Slice(entry.MessageOffset, entry.MessageLength),
            };
            if (calls is null) sink.Accept(in record);
            else calls.Accept(in record);
        }
    }

    private void Lost(int cpu, long? events, long time)
    {
        if (calls is null) sink.Lost(cpu, events, time);
        else calls.Lost(cpu, events, time);
    }
}
