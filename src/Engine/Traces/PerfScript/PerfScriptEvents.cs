using System.Buffers;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.TextEvents;

namespace KernelMagnifier.Traces.PerfScript;

/// <summary>
/// Takes the samples of a thread that parses lines, and passes those of tracepoints that the sink wants to a block. The
/// <see cref="TextEventEntry.CallsBefore"/> of an event is the number of tokens before it.
/// </summary>
internal sealed class PerfScriptEvents(TextEventSchemas schemas, CallFields fields)
{
    private static readonly SearchValues<byte> NameBytes
        = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"u8);

    // After the name of a hardware event: cycles:ppp, instructions:u.
    private static readonly SearchValues<byte> Modifiers = SearchValues.Create("ukhpPHGSDIWeb"u8);

    private readonly bool _wantsStack = fields.HasFlag(CallFields.Stack);
    private TextEventBlock _block = new();

    /// <summary>Sets the block that takes the events of the next lines.</summary>
    public void Into(TextEventBlock block) => _block = block;

    /// <summary>Takes a loss of events.</summary>
    public void Lose(int cpu, long events)
    {
        if (cpu >= 0) _block.AddLoss(cpu, events);
    }

    /// <summary>Takes a sample.</summary>
    /// <param name="token">The sample.</param>
    /// <param name="processId">Its pid.</param>
    /// <param name="name">The name of its event.</param>
    /// <param name="rest">The text after the name.</param>
    /// <param name="tokens">The number of tokens before it.</param>
    public void Add(in PerfToken token, int processId, ReadOnlySpan<byte> name, ReadOnlySpan<byte> rest, int tokens)
    {
        var time = token.HasTime ? token.Time : CallRecord.NoTime;
        var message = rest.StartsWith(": "u8) ? rest[2..] : rest.StartsWith(":"u8) ? rest[1..] : rest;
        var id = IsTracepoint(name) ? schemas.Id(name, true, message) : 0;
        if (id == 0 || !schemas.IsWanted(id))
        {
            _block.Skip(token.Cpu, time);
            return;
        }
        ref var entry = ref _block.Add(token.Cpu, time, message);
        (entry.Schema, entry.ProcessId, entry.Task, entry.CallsBefore) = (id, processId, token.Task, tokens);
        entry.Context = ExecutionContext.Unknown;
    }

    /// <summary>Takes a frame of the call chain, or the blank line after it.</summary>
    public void AddDetail(ReadOnlySpan<byte> line, bool isBlank)
    {
        if (isBlank)
        {
            if (_block.Target == TextEventTarget.Stack) _block.EndEvent();
            return;
        }
        if (_block.Target == TextEventTarget.Nothing) return;
        _block.StartStack();
        if (_wantsStack) _block.AddLine(line, isFrame: true);
    }

    /// <summary>Takes a line of an event's message.</summary>
    public void AddText(ReadOnlySpan<byte> line) => _block.AddLine(line, isFrame: false);

    /// <summary>Removes the last line: it was the first half of the next line's comm.</summary>
    public void RemoveText() => _block.RemoveLine();

    /// <summary>Whether an event is a tracepoint: <c>system:name</c>.</summary>
    private static bool IsTracepoint(ReadOnlySpan<byte> name)
    {
        var colon = name.IndexOf((byte)':');
        if (colon <= 0 || colon + 1 == name.Length) return false;
        var last = name[(colon + 1)..];
        return name[..colon].IndexOfAnyExcept(NameBytes) < 0 && last.IndexOfAnyExcept(NameBytes) < 0
            && last.IndexOfAnyExcept(Modifiers) >= 0;
    }
}
