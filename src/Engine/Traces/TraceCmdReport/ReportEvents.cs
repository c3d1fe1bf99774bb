using KernelMagnifier.Model;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>
/// Takes the events of a thread that parses lines of a report, and passes those that the sink wants to a block. The
/// <see cref="TextEventEntry.CallsBefore"/> of an event is the number of records before it.
/// </summary>
internal sealed class ReportEvents(TextEventSchemas schemas, CallFields fields)
{
    /// <summary>The name of an event and the colon are padded to this width, and a space follows.</summary>
    private const int NameWidth = 21;

    private readonly bool _wantsStack = fields.HasFlag(CallFields.Stack);
    private TextEventBlock _block = new();

    /// <summary>Sets the block that takes the events of the next lines.</summary>
    public void Into(TextEventBlock block) => _block = block;

    /// <summary>Takes a loss of events.</summary>
    public void Lose(int cpu, long? events) => _block.AddLoss(cpu, events);

    /// <summary>Takes a line that is neither an event nor a loss.</summary>
    public void AddLine(ReadOnlySpan<byte> line)
    {
        if (!line.IsEmpty) _block.AddLine(line, line.TrimStart(" \t"u8).StartsWith("=> "u8));
    }

    /// <summary>Takes an event or a call.</summary>
    /// <param name="record">What the line contributes to the calls.</param>
    /// <param name="prefix">The part before its text.</param>
    /// <param name="name">Its name; empty if it is no event.</param>
    /// <param name="body">The text after the name, with padding before it.</param>
    /// <param name="records">The number of records before it.</param>
    public void Add(in ReportRecord record, in ReportPrefix prefix, ReadOnlySpan<byte> name, ReadOnlySpan<byte> body, int records)
    {
        var isEvent = record.Kind == ReportRecordKind.Event && !name.IsEmpty;
        if (isEvent && name.SequenceEqual("kernel_stack"u8) && _wantsStack)
        {
            _block.StartStack(prefix.Cpu, prefix.ProcessId);
            return;
        }
        var message = body;
        for (var spaces = Math.Max(1, NameWidth - name.Length); spaces > 0 && message is [(byte)' ', ..]; spaces--)
            message = message[1..];
        var id = isEvent ? schemas.Id(name, false, message) : 0;
        if (id == 0 || !schemas.IsWanted(id))
        {
            _block.Skip(prefix.Cpu, prefix.Time);
            return;
        }
        ref var entry = ref _block.Add(prefix.Cpu, prefix.Time, message);
        (entry.Schema, entry.ProcessId, entry.Task, entry.CallsBefore) = (id, prefix.ProcessId, record.Call.Task, records);
        entry.Context = prefix.Context;
    }
}
