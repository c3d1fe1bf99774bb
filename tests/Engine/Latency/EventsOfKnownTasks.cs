using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Passes on the events whose task is known. perf script prints -1 for a task that has ended before its record was written.</summary>
internal sealed class EventsOfKnownTasks(EventSink sink) : EventSink
{
    public override CallFields Fields => sink.Fields;

    public override bool Wants(EventSchema schema) => sink.Wants(schema);

    public override void Begin(TraceContext context) => sink.Begin(context);

    public override void Lost(int cpu, long? events, long time) => sink.Lost(cpu, events, time);

    public override void End(TraceInfo info) => sink.End(info);

    public override void Accept(in EventRecord record)
    {
        if (record.ProcessId >= 0) sink.Accept(record);
    }
}
