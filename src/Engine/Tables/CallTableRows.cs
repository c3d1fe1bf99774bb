using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Rows of calls.</summary>
/// <param name="names">The names in the file.</param>
internal sealed class CallTableRows(CallTableNames names) : TableRows(TableSchema.Of(TableKind.Calls))
{
    /// <summary>The most rows of a group.</summary>
    public const int Most = 1 << 20;

    private CallRecord[] _calls = [];
    private int _count;
    private TraceContext? _context;

    /// <inheritdoc/>
    public override int Count => _count;

    /// <inheritdoc/>
    public override bool IsFull => _count == Most;

    /// <summary>The recording of the rows and the names that they refer to. It can be set while there are none.</summary>
    public TraceContext? Context
    {
        get => _context;
        set => _context = _count == 0 ? value : throw new InvalidOperationException("The rows belong to another recording.");
    }

    /// <summary>Adds rows until there is no room. Returns how many.</summary>
    public int Add(ReadOnlySpan<CallRecord> calls)
    {
        var added = Math.Min(calls.Length, Most - _count);
        if (_count + added > _calls.Length)
            Array.Resize(ref _calls, Math.Min(Most, Math.Max(_count + added, Math.Max(4096, _calls.Length * 2))));
        calls[..added].CopyTo(_calls.AsSpan(_count));
        _count += added;
        return added;
    }

    /// <inheritdoc/>
    public override void Clear() => _count = 0;

    /// <inheritdoc/>
    private protected override void CopyOwn(int column, int from, TableChunk chunk)
    {
        if (from == 0) names.Use(_context!.Names);
        var calls = _calls.AsSpan(0, _count)[from..];
        var offset = _context!.Source.WallOffset;
        for (var i = 0; i < calls.Length && !chunk.IsFull; i++) Copy(column, in calls[i], offset, chunk);
    }

    private void Copy(int column, in CallRecord call, long? offset, TableChunk chunk)
    {
        switch (column)
        {
            case 0: TableTime.AddWall(chunk, call.Time, offset); break;
            case 1: TableTime.AddClock(chunk, call.Time); break;
            case 2: TableTime.AddKnown(chunk, call.Cpu); break;
            case 3: TableTime.AddKnown(chunk, names.ProcessId(call.Task)); break;
            case 4: TableTime.AddKnown(chunk, names.ThreadGroupId(call.Task)); break;
            case 5: chunk.Add(names.Comm(call.Task)); break;
            case 6: chunk.Add(names.Context(call.Context)); break;
            case 7: chunk.Add(names.Function(call.Function)); break;
            case 8: chunk.Add(names.Function(call.Caller)); break;
            case 9: chunk.Add(names.Module(call.Function)); break;
            case 10: chunk.Add(names.Module(call.Caller)); break;
            case 11: TableTime.AddKnown(chunk, call.Duration); break;
            case 12: TableTime.AddKnown(chunk, call.SelfDuration); break;
            case 13: TableTime.AddKnown(chunk, (int)call.Depth); break;
            case 14: chunk.Add(names.File(call.Function)); break;
            case 15: chunk.Add(names.File(call.Caller)); break;
            case 16: AddLine(chunk, names.Line(call.Function)); break;
            default: AddLine(chunk, names.Line(call.Caller)); break;
        }
    }

    private static void AddLine(TableChunk chunk, int line)
    {
        if (line == 0) chunk.AddNull();
        else chunk.Add(line);
    }
}
