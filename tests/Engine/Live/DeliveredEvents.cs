using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Live;

/// <summary>Every event and every loss of a reading as text.</summary>
internal sealed class DeliveredEvents : EventSink
{
    private CallNames? _names;

    public List<string> Lines { get; } = [];

    public override void Begin(TraceContext context) => _names = context.Names;

    public override void Accept(in EventRecord record)
    {
        var task = _names!.Tasks[record.Task];
        Lines.Add($"{record.Time} {record.Cpu} {record.Schema.Name} {task.Comm}-{record.ProcessId} {record.Context} "
            + $"{Convert.ToHexString(record.Body)} {Convert.ToHexString(record.Stack)}");
    }

    public override void Lost(int cpu, long? events, long time) => Lines.Add($"{time} {cpu} lost {events}");
}
