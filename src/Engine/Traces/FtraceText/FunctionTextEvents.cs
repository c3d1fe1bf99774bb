using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Takes the events of a thread that parses lines, and passes those that the sink wants to a block.</summary>
internal sealed class FunctionTextEvents(TextEventSchemas schemas, CallNames names, CallFields fields)
{
    private readonly bool _wantsTask = fields.HasFlag(CallFields.Task), _wantsStack = fields.HasFlag(CallFields.Stack);
    private readonly TaskCache _tasks = new(names);
    private TextEventBlock _block = new();

    /// <summary>Sets the block that takes the events of the next lines.</summary>
    public void Into(TextEventBlock block) => _block = block;

    /// <summary>Takes note of a call at a time of <see cref="FixedColumns"/>.</summary>
    public void Skip(int cpu, UInt128 time, bool isCount)
        => _block.Skip(cpu, _block.NeedsTime ? FixedColumns.ToTime(time, isCount) : CallRecord.NoTime);

    /// <summary>Takes note of another call, or of a line that is no event.</summary>
    public void Skip(int cpu, long time) => _block.Skip(cpu, time);

    /// <summary>Takes a loss of events.</summary>
    public void Lose(int cpu, long? events) => _block.AddLoss(cpu, events);

    /// <summary>Takes a line that starts no event. Comments end the event before them.</summary>
    public void AddLine(ReadOnlySpan<byte> line, bool isFrame)
    {
        if (line[0] == '#') _block.EndEvent();
        else _block.AddLine(line, isFrame);
    }

    /// <summary>Takes an event.</summary>
    public void Add(ReadOnlySpan<byte> line, in LinePrefix prefix, in FunctionTextEvent body, CallFeed feed)
    {
        var time = prefix.HasTime ? prefix.Time : CallRecord.NoTime;
        if (body.Name.SequenceEqual("kernel_stack"u8) && body.Message.IsEmpty)
        {
            if (_wantsStack) _block.StartStack(prefix.Cpu, prefix.ProcessId);
            else _block.Skip(prefix.Cpu, time);
            return;
        }
        var id = schemas.Id(body.NamePrefix, body.Name, body.Message);
        if (!schemas.IsWanted(id) || (body.Name.SequenceEqual("user_stack"u8) && body.Message.IsEmpty))
        {
            _block.Skip(prefix.Cpu, time);
            return;
        }
        feed.Flush();
        ref var entry = ref _block.Add(prefix.Cpu, time, body.Message);
        (entry.Schema, entry.ProcessId, entry.Context) = (id, prefix.ProcessId, prefix.Context);
        entry.Task = _wantsTask && prefix.ProcessId >= 0
            ? _tasks.Task(line[prefix.Comm], prefix.ProcessId, prefix.ThreadGroupId) : 0;
    }
}
