using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>What a sink wants of each event id. The sink is asked once for each id. For all threads of a reading.</summary>
internal sealed class WantedEvents(DatEventSchemas schemas, EventSink sink, EventFormats events)
{
    private const byte IsWanted = 1, IsNot = 2;

    private readonly byte[] _known = new byte[Math.Max(events.Count, 1)];

    /// <summary>The id of <c>ftrace:kernel_stack</c>; -1 if the recording has no format of it.</summary>
    public int StackId { get; } = events.IdOf("kernel_stack");

    /// <summary>The number of ids, from 0 on.</summary>
    public int Count => _known.Length;

    /// <summary>Whether the sink wants the events of an id.</summary>
    public bool Contains(int id)
    {
        if ((uint)id >= (uint)_known.Length) return false;
        var known = _known[id];
        return (known != 0 ? known : Ask(id)) == IsWanted;
    }

    /// <summary>The schema of an id that the sink wants.</summary>
    public EventSchema Schema(int id) => schemas[id]!;

    private byte Ask(int id)
    {
        lock (sink) return _known[id] = schemas[id] is { } schema && sink.Wants(schema) ? IsWanted : IsNot;
    }
}
