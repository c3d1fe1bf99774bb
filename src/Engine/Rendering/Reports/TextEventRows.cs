using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes kernel events and calls as the lines of <c>trace-cmd report</c>, and stacks below them.</summary>
internal sealed class TextEventRows(Utf8Output output) : EventRows(output)
{
    // trace-cmd pads the name of an event, with its colon and a space, to this width.
    private const int NameWidth = 22;

    /// <inheritdoc/>
    public override void Event(in EventRecord record)
    {
        Start(record.Task, record.ProcessId, record.Cpu, record.Time);
        Output.Put(Kind(record.Schema));
        PutMessage(in record);
        Output.Put("\n"u8);
        if (record.Stack.IsEmpty) return;
        foreach (var frame in record.Schema.Frames(record.Stack))
        {
            Output.Put("    => "u8);
            Output.Put(TerminalText.Escape(frame));
            Output.Put("\n"u8);
        }
    }

    /// <inheritdoc/>
    public override void Call(CallEvent item, in CallRecord record)
    {
        Start(record.Task, -1, record.Cpu, record.Time);
        Output.Put("function:             "u8);
        Output.Put(TerminalText.Escape(item.FunctionSymbol.ToString()));
        Output.Put(" <-- "u8);
        Output.Put(TerminalText.Escape(item.Caller is null ? "?" : item.CallerSymbol.ToString()));
        if (item.Duration is { } duration)
            Output.Put(string.Create(CultureInfo.InvariantCulture, $" ({duration:F3} us)"));
        Output.Put("\n"u8);
    }

    /// <inheritdoc/>
    protected override byte[] Text(EventSchema schema)
        => Encoding.UTF8.GetBytes($"{TerminalText.Cell(schema.Name)}: ".PadRight(NameWidth));

    /// <inheritdoc/>
    protected override byte[] Text(KernelTask task)
    {
        var comm = TerminalText.Cell(task.KnownComm ?? "<...>");
        var pid = task.ProcessId < 0 ? "?" : task.ProcessId.ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes($"{new string(' ', Math.Max(0, 16 - TerminalText.Width(comm)))}{comm}-{pid,-5} ");
    }

    private void PutMessage(in EventRecord record)
    {
        // Nearly all texts are of characters that a terminal prints as they are.
        if (!record.Message.IsEmpty && record.Message.IndexOfAnyExceptInRange((byte)' ', (byte)'~') < 0) Output.Put(record.Message);
        else Output.Put(TerminalText.Escape(record.Schema.Message(record.Body)));
    }

    private void Start(int task, int processId, int cpu, long time)
    {
        Output.Put(Task(task, processId));
        if (cpu >= 0)
        {
            Output.Put("["u8);
            if (cpu < 1000) Output.PutDigits(cpu, 3);
            else Output.Put(cpu);
            Output.Put("] "u8);
        }
        if (time != CallRecord.NoTime)
        {
            // The seconds are in line as long as they have at most five digits.
            for (var least = 10_000_000_000_000; least > time && least > 1_000_000_000; least /= 10) Output.Put(" "u8);
            PutTime(time);
            Output.Put(": "u8);
        }
    }
}
