using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes merged kernel events and losses to the sink.</summary>
internal sealed class EventRunSink(EventSink sink, DatEventSchemas schemas) : IRunSink<EventBlock>
{
    public void Run(EventBlock block, int from, int to, CpuStream stream)
    {
        var bytes = block.Bytes.AsSpan();
        for (var i = from; i < to; i++)
        {
            ref readonly var digest = ref block.Digests[i];
            if (digest.Kind != 0)
            {
                sink.Accept(in digest, stream.Cpu);
                continue;
            }
            ref readonly var entry = ref block.Entries[digest.A];
            if (entry.Id == EventEntry.LossId)
            {
                sink.Lost(stream.Cpu, entry.Time > 0 ? entry.Time : null, (long)block.Keys[i]);
                continue;
            }
            sink.Accept(new EventRecord
            {
                Schema = schemas[entry.Id]!, Time = entry.Time, Cpu = stream.Cpu, ProcessId = entry.ProcessId, Task = entry.Task,
                Context = entry.Context, Body = bytes.Slice(entry.Offset, entry.Length),
                Stack = bytes.Slice(entry.StackOffset, entry.StackLength),
            });
        }
    }
}
