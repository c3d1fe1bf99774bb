using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>Keeps every event of a reading, and what was lost where.</summary>
internal sealed class EventLog(CallSink? calls = null) : EventSink
{
    private TraceContext? _context;

    public List<KernelEvent> Events { get; } = [];

    public List<(int Cpu, long? Count, long After, long Time)> Losses { get; } = [];

    /// <summary>A line for each event and loss, with everything that a record has.</summary>
    public List<string> Lines { get; } = [];

    public override CallSink? Calls => calls;

    public override void Begin(TraceContext context) => _context = context;

    public override void Accept(in EventRecord record)
    {
        var happened = new KernelEvent(_context!, in record);
        Events.Add(happened);
        Lines.Add($"{record.Time} {record.Cpu} {happened.Comm}-{record.ProcessId} {record.Context} {record.Schema} [{happened.Message}]"
            + (happened.Stack is { } stack ? " " + string.Join(';', stack) : ""));
    }

    public override void Lost(int cpu, long? events, long time)
    {
        Losses.Add((cpu, events, Events.Count == 0 ? long.MinValue : Events[^1].Record.Time, time));
        Lines.Add($"{time} {cpu} lost {events}");
    }
}
