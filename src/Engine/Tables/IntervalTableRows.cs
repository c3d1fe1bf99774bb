using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Rows of intervals.</summary>
/// <param name="names">The names in the file.</param>
internal sealed class IntervalTableRows(TableNames names) : TableRows(TableSchema.Of(TableKind.Intervals))
{
    /// <summary>The most rows of a group.</summary>
    public const int Most = 1 << 19;

    private readonly int[] _kinds = [.. IntervalKinds.All.Select(kind => names.Of(kind.ToString()))];
    private readonly int[] _bases = [.. Enum.GetNames<IntervalBasis>().Select(names.Of)];
    private readonly int[] _contexts = [.. Enum.GetValues<ExecutionContext>().Select(context => names.Of(context.KnownName()))];
    private readonly int[] _units = [.. Enum.GetNames<ClockUnit>().Select(names.Of)];
    private readonly RowBlocks<Row> _rows = new();
    private TraceSource? _source;

    /// <summary>An interval, and the names that belong to it at its time: a task can get another name.</summary>
    private struct Row
    {
        public IntervalRecord Record;
        public int Key, Name, Comm, WakerComm;
    }

    /// <inheritdoc/>
    public override int Count => _rows.Count;

    /// <inheritdoc/>
    public override bool IsFull => _rows.Count == Most;

    /// <summary>The recording of the rows. It can be set while there are none.</summary>
    public TraceSource? Source
    {
        get => _source;
        set => _source = _rows.Count == 0 ? value : throw new InvalidOperationException("The rows belong to another recording.");
    }

    /// <summary>Adds a row.</summary>
    /// <param name="record">The interval.</param>
    /// <param name="key">The id of its key; 0 for the number that the kind's key is.</param>
    /// <param name="name">The id of the name of its key.</param>
    /// <param name="comm">The id of the name of its task.</param>
    /// <param name="wakerComm">The id of the name of the waker.</param>
    public void Add(in IntervalRecord record, int key, int name, int comm, int wakerComm)
    {
        _rows.Add(new Row { Record = record, Key = key, Name = name, Comm = comm, WakerComm = wakerComm });
    }

    /// <inheritdoc/>
    public override void Clear() => _rows.Clear();

    /// <inheritdoc/>
    private protected override void CopyOwn(int column, int from, TableChunk chunk)
    {
        var rows = _rows.From(from);
        for (var i = 0; i < rows.Length && !chunk.IsFull; i++) Copy(column, in rows[i], in rows[i].Record, chunk);
    }

    private void Copy(int column, in Row row, in IntervalRecord record, TableChunk chunk)
    {
        switch (column)
        {
            case 0: chunk.Add(names[_kinds[(int)record.Kind]]); break;
            case 1: AddKey(row, chunk); break;
            case 2: chunk.Add(names[row.Name]); break;
            case 3: chunk.Add(names[row.Comm]); break;
            case 4: TableTime.AddKnown(chunk, record.ProcessId); break;
            case 5: TableTime.AddWall(chunk, record.Start, _source!.WallOffset); break;
            case 6: TableTime.AddClock(chunk, record.Start); break;
            case 7: TableTime.AddClock(chunk, record.Start == CallRecord.NoTime ? CallRecord.NoTime : record.End); break;
            case 8: chunk.Add(record.Length); break;
            case 9: TableTime.AddKnown(chunk, record.Cpu); break;
            case 10: TableTime.AddKnown(chunk, record.StartCpu); break;
            case 11: TableTime.AddKnown(chunk, record.PreviousCpu); break;
            case 12: TableTime.AddKnown(chunk, record.Waker); break;
            case 13: chunk.Add(names[row.WakerComm]); break;
            case 14: chunk.Add(record.Waker < 0 ? default : names[_contexts[(int)record.WakerContext]]); break;
            case 15: chunk.Add(names[_bases[(int)record.Basis]]); break;
            default: CopyPart(column, in record, chunk); break;
        }
    }

    /// <summary>The parts of the length, which are those of <see cref="Interval"/>.</summary>
    private void CopyPart(int column, in IntervalRecord record, TableChunk chunk)
    {
        var isSyscall = record.Kind == IntervalKind.Syscall && record.OnCpu >= 0;
        switch (column)
        {
            case 16: TableTime.AddKnown(chunk, isSyscall ? record.OnCpu : -1); break;
            case 17: TableTime.AddKnown(chunk, isSyscall ? record.Runnable : -1); break;
            case 18: TableTime.AddKnown(chunk, isSyscall ? record.Blocked : -1); break;
            case 19: TableTime.AddKnown(chunk, record.Kind == IntervalKind.Wakeup ? record.Placement : -1); break;
            case 20: TableTime.AddKnown(chunk, IsHandler(record.Kind) ? record.OnCpu : -1); break;
            default: chunk.Add(names[_units[(int)_source!.ClockUnit]]); break;
        }
    }

    private void AddKey(in Row row, TableChunk chunk)
    {
        var number = IntervalKinds.KeyOf(row.Record.Kind) switch
        {
            KeyKind.Task => row.Record.ProcessId,
            KeyKind.Cpu => row.Record.Cpu,
            _ => (int?)null,
        };
        if (number is not { } known) chunk.Add(names[row.Key]);
        else if (known < 0) chunk.AddNull();
        else
        {
            Span<byte> digits = stackalloc byte[16];
            known.TryFormat(digits, out var length);
            chunk.Add((ReadOnlySpan<byte>)digits[..length]);
        }
    }

    private static bool IsHandler(IntervalKind kind) => kind is IntervalKind.Irq or IntervalKind.IrqVector or IntervalKind.SoftIrq
        or IntervalKind.Timer or IntervalKind.HrTimer;
}
