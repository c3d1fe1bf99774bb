using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Rows of calls.</summary>
/// <param name="names">The names in the file.</param>
internal sealed class CallTableRows(CallTableNames names) : TableRows(TableSchema.Of(TableKind.Calls))
{
    /// <summary>The most rows of a group.</summary>
    public const int Most = 1 << 20;

    private readonly RowBlocks<CallRecord> _calls = new();
    private TraceContext? _context;

    /// <inheritdoc/>
    public override int Count => _calls.Count;

    /// <inheritdoc/>
    public override bool IsFull => _calls.Count == Most;

    /// <summary>The recording of the rows and the names that they refer to. It can be set while there are none.</summary>
    public TraceContext? Context
    {
        get => _context;
        set => _context = _calls.Count == 0 ? value
            : throw new InvalidOperationException("The rows belong to another recording.");
    }

    /// <inheritdoc/>
    public override bool IsParallel => true;

    /// <summary>Adds rows until there is no room. Returns how many.</summary>
    public int Add(ReadOnlySpan<CallRecord> calls)
    {
        var added = 0;
        while (added < calls.Length && !IsFull)
        {
            var free = _calls.Free;
            var some = calls[added..Math.Min(calls.Length, added + Math.Min(free.Length, Most - _calls.Count))];
            some.CopyTo(free);
            _calls.Take(some.Length);
            added += some.Length;
        }
        return added;
    }

    /// <inheritdoc/>
    public override void Prepare() => names.Use(_context!.Names);

    /// <inheritdoc/>
    public override void Clear() => _calls.Clear();

    /// <inheritdoc/>
    private protected override void CopyOwn(int column, int from, TableChunk chunk)
    {
        var calls = _calls.From(from);
        switch (column)
        {
            case 0: AddWall(calls, chunk); break;
            case 1: AddClock(calls, chunk); break;
            case 2: AddCpu(calls, chunk); break;
            case 3: AddOfTask(calls, names.ProcessIds, chunk); break;
            case 4: AddOfTask(calls, names.ThreadGroupIds, chunk); break;
            case 5: AddComm(calls, chunk); break;
            case 6: AddContext(calls, chunk); break;
            case 7: AddOfFunction(calls, names.Functions, chunk); break;
            case 8: AddOfCaller(calls, names.Functions, chunk); break;
            case 9: AddOfFunction(calls, names.HasModules ? names.Modules : default, chunk); break;
            case 10: AddOfCaller(calls, names.HasModules ? names.Modules : default, chunk); break;
            case 11: AddDuration(calls, chunk); break;
            case 12: AddSelfDuration(calls, chunk); break;
            case 13: AddDepth(calls, chunk); break;
            case 14: AddOfFunction(calls, names.HasFiles ? names.Files : default, chunk); break;
            case 15: AddOfCaller(calls, names.HasFiles ? names.Files : default, chunk); break;
            case 16: AddLine(calls, false, chunk); break;
            default: AddLine(calls, true, chunk); break;
        }
    }

    private void AddWall(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        if (_context!.Source.WallOffset is not { } offset)
        {
            chunk.AddNulls(calls.Length);
            return;
        }
        var times = chunk.RoomForLongs(calls.Length);
        for (var row = 0; row < calls.Length; row++) times[row] = TableTime.Wall(calls[row].Time, offset);
        chunk.AddLongs(calls.Length, 0);
    }

    private static void AddClock(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        var times = chunk.RoomForLongs(calls.Length);
        for (var row = 0; row < calls.Length; row++) times[row] = calls[row].Time;
        chunk.AddLongs(calls.Length, CallRecord.NoTime + 1);
    }

    private static void AddDuration(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        var lengths = chunk.RoomForLongs(calls.Length);
        for (var row = 0; row < calls.Length; row++) lengths[row] = calls[row].Duration;
        chunk.AddLongs(calls.Length, 0);
    }

    private static void AddSelfDuration(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        var lengths = chunk.RoomForLongs(calls.Length);
        for (var row = 0; row < calls.Length; row++) lengths[row] = calls[row].SelfDuration;
        chunk.AddLongs(calls.Length, 0);
    }

    private static void AddCpu(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        var numbers = chunk.RoomForInts(calls.Length);
        for (var row = 0; row < calls.Length; row++) numbers[row] = calls[row].Cpu;
        chunk.AddInts(calls.Length, 0);
    }

    private static void AddDepth(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        var numbers = chunk.RoomForInts(calls.Length);
        for (var row = 0; row < calls.Length; row++) numbers[row] = calls[row].Depth;
        chunk.AddInts(calls.Length, 0);
    }

    private static void AddOfTask(ReadOnlySpan<CallRecord> calls, ReadOnlySpan<int> ids, TableChunk chunk)
    {
        var numbers = chunk.RoomForInts(calls.Length);
        for (var row = 0; row < calls.Length; row++) numbers[row] = ids[calls[row].Task];
        chunk.AddInts(calls.Length, 0);
    }

    private void AddLine(ReadOnlySpan<CallRecord> calls, bool ofCaller, TableChunk chunk)
    {
        if (!names.HasFiles)
        {
            chunk.AddNulls(calls.Length);
            return;
        }
        var numbers = chunk.RoomForInts(calls.Length);
        var lines = names.Lines;
        for (var row = 0; row < calls.Length; row++) numbers[row] = lines[ofCaller ? calls[row].Caller : calls[row].Function];
        chunk.AddInts(calls.Length, 1);
    }

    private void AddComm(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        var texts = chunk.RoomForTexts(calls.Length);
        var comms = names.Comms;
        for (var row = 0; row < calls.Length; row++) texts[row] = comms[calls[row].Task];
        chunk.AddTexts(calls.Length);
    }

    private void AddContext(ReadOnlySpan<CallRecord> calls, TableChunk chunk)
    {
        var texts = chunk.RoomForTexts(calls.Length);
        var contexts = names.Contexts;
        for (var row = 0; row < calls.Length; row++) texts[row] = contexts[(int)calls[row].Context];
        chunk.AddTexts(calls.Length);
    }

    /// <param name="calls">The rows.</param>
    /// <param name="known">What is known of the functions; empty for nothing.</param>
    /// <param name="chunk">Receives the values.</param>
    private static void AddOfFunction(ReadOnlySpan<CallRecord> calls, ReadOnlySpan<TextRef> known, TableChunk chunk)
    {
        if (known.IsEmpty)
        {
            chunk.AddNulls(calls.Length);
            return;
        }
        var texts = chunk.RoomForTexts(calls.Length);
        for (var row = 0; row < calls.Length; row++) texts[row] = known[calls[row].Function];
        chunk.AddTexts(calls.Length);
    }

    /// <inheritdoc cref="AddOfFunction"/>
    private static void AddOfCaller(ReadOnlySpan<CallRecord> calls, ReadOnlySpan<TextRef> known, TableChunk chunk)
    {
        if (known.IsEmpty)
        {
            chunk.AddNulls(calls.Length);
            return;
        }
        var texts = chunk.RoomForTexts(calls.Length);
        for (var row = 0; row < calls.Length; row++) texts[row] = known[calls[row].Caller];
        chunk.AddTexts(calls.Length);
    }
}
