using System.Buffers;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>Parses the lines of a report. One instance per thread.</summary>
/// <param name="layout">The layout of the report.</param>
/// <param name="names">Takes the functions and tasks.</param>
/// <param name="instances">Takes the names of buffer instances.</param>
/// <param name="taker">Takes the events; null if they are only counted.</param>
internal sealed class ReportParser(ReportLayout layout, CallNames names, ReportInstances instances, ReportEvents? taker = null)
    : BlockReader<ReportRecords>
{
    private const int SamplesPerBlock = 5;
    private const int LongestSample = 200;

    private static readonly SearchValues<byte> HexDigits = SearchValues.Create("0123456789abcdef"u8);

    private readonly EventKindNames _kinds = new();

    /// <inheritdoc/>
    public override void Read(LineBlock block, ReportRecords into, TraceStatistics statistics)
        => ReadLines(block.Text, into, statistics);

    /// <summary>Parses lines.</summary>
    public void ReadLines(ReadOnlySpan<byte> text, ReportRecords into, TraceStatistics statistics)
    {
        into.Clear();
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = (end < 0 ? text : text[..end]).TrimEnd(" \r"u8);
            text = end < 0 ? default : text[(end + 1)..];
            Read(line, into, statistics);
        }
    }

    private void Read(ReadOnlySpan<byte> line, ReportRecords into, TraceStatistics statistics)
    {
        if (TryReadPrefix(line, out var comm, out var instance, out var prefix))
        {
            ReadEvent(line, comm, instance, in prefix, into, statistics);
        }
        else if (ReportLine.TryParseLoss(line, out var name, out var cpu, out var events))
        {
            LostEventsLine.Count(cpu, events, statistics);
            taker?.Lose(cpu, events);
            ref var loss = ref into.Add(ReportRecordKind.Loss);
            (loss.Cpu, loss.Instance) = (cpu, instances.IndexOf(name));
        }
        else if (line.IndexOf("[UNKNOWN EVENT]"u8) >= 0)
        {
            statistics.NotParsed(-1, "event without a format", line);
        }
        else if (!ReportLine.IsMessage(line))
        {
            AddNotParsed(line, "not a line of a report", into);
            taker?.AddLine(line);
        }
        else
        {
            taker?.AddLine(line);
        }
    }

    /// <summary>
    /// Reads the prefix at the column of most lines. The line after a loss has no column for the instance. If the padding was
    /// removed, the dash is searched for.
    /// </summary>
    private bool TryReadPrefix(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> comm, out int instance, out ReportPrefix prefix)
    {
        instance = 0;
        if (layout.Dash >= 0 && ReportPrefix.TryParse(line, layout.Dash, out prefix)
            && ReportLine.TryInstance(line[..layout.InstanceWidth], out var name))
        {
            comm = line[layout.InstanceWidth..layout.Dash].TrimStart((byte)' ');
            instance = instances.IndexOf(name);
            return true;
        }
        instance = layout.InstanceWidth > 0 ? ReportRecord.NoInstance : 0;
        if (ReportPrefix.TryParse(line, layout.CommColumn, out prefix))
        {
            comm = line[..layout.CommColumn].TrimStart((byte)' ');
            return true;
        }
        for (var dash = 0; dash < line.Length; dash++)
        {
            var next = line[dash..].IndexOf((byte)'-');
            if (next < 0) break;
            dash += next;
            comm = line[..dash].TrimStart((byte)' ');
            if (comm.Length > layout.CommColumn) break;
            if (ReportPrefix.TryParse(line, dash, out prefix)) return true;
        }
        comm = default;
        prefix = default;
        return false;
    }

    private void ReadEvent(ReadOnlySpan<byte> line, ReadOnlySpan<byte> comm, int instance, in ReportPrefix prefix,
        ReportRecords into, TraceStatistics statistics)
    {
        var name = line.Slice(prefix.Name, prefix.NameLength);
        var body = line[prefix.Body..];
        statistics.Time(prefix.Time, prefix.Cpu);
        ref var record = ref into.Add(ReportRecordKind.Event);
        (record.Cpu, record.Instance) = (prefix.Cpu, instance);
        ref var call = ref record.Call;
        (call.Time, call.Pid, call.Depth, call.Context) = ((ulong)prefix.Time, prefix.ProcessId, -1, prefix.Context);
        var isExit = name.SequenceEqual("funcgraph_exit"u8);
        if (name.SequenceEqual("function"u8) ? TryReadCall(body, ref record)
            : isExit || name.SequenceEqual("funcgraph_entry"u8) || name.SequenceEqual("fgraph_retaddr_entry"u8)
                ? TryReadGraph(body, isExit, ref record)
            : true)
        {
            if (record.Kind == ReportRecordKind.Event) statistics.Other(prefix.Cpu, _kinds.Get(name));
            else if (record.Kind <= ReportRecordKind.Leaf) statistics.Call(prefix.Cpu);
            call.Task = names.Task(comm, prefix.ProcessId);
            taker?.Add(in record, in prefix, name, body, into.Items.Length - 1);
        }
        else
        {
            statistics.NotParsed(prefix.Cpu, "call of unknown form", line);
            taker?.Add(in record, in prefix, default, default, 0);
        }
    }

    private bool TryReadCall(ReadOnlySpan<byte> body, ref ReportRecord record)
    {
        if (!ReportFunctionText.TryParse(body, out var text)) return false;
        record.Kind = ReportRecordKind.Call;
        record.Call.Function = names.Function(text.Function);
        record.Call.Caller = text.Caller.IsEmpty ? 0 : names.Function(text.Caller);
        return true;
    }

    /// <remarks>
    /// The text contains the duration of a call, but not the time of its entry by the tracer's own clock.
    /// </remarks>
    private bool TryReadGraph(ReadOnlySpan<byte> body, bool isExit, ref ReportRecord record)
    {
        if (!ReportGraphText.TryParse(body, isExit, layout.HasHexTimes, out var text)) return false;
        record.Kind = text.Kind;
        ref var call = ref record.Call;
        call.Function = text.Function.IsEmpty ? 0 : Function(text.Function);
        call.Caller = text.Caller.IsEmpty ? 0 : Function(text.Caller);
        call.Depth = text.Depth;
        if (text.Duration >= 0) (call.CallTime, call.ReturnTime) = (1, 1 + (ulong)text.Duration);
        return true;
    }

    /// <summary>The function; trace-cmd prints the address of a function without a symbol as digits only.</summary>
    private int Function(ReadOnlySpan<byte> name)
    {
        const int ShortestAddress = 12;
        if (name.Length < ShortestAddress || name.IndexOfAnyExcept(HexDigits) >= 0) return names.Function(name);
        return names.Function((byte[])[.. "0x"u8, .. name]);
    }

    private static void AddNotParsed(ReadOnlySpan<byte> line, string reason, ReportRecords into)
    {
        into.Add(ReportRecordKind.NotParsed).Instance = into.NotParsed.Count;
        var sample = into.NotParsed.Count < SamplesPerBlock ? line[..Math.Min(line.Length, LongestSample)].ToArray() : null;
        into.NotParsed.Add((reason, sample));
    }
}
