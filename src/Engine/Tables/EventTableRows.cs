using System.Buffers;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Tables;

/// <summary>Rows of kernel events. They are kept undecoded; the thread that writes decodes them.</summary>
/// <param name="names">The names in the file.</param>
/// <param name="texts">The names of events in the file.</param>
internal sealed class EventTableRows(CallTableNames names, TableNames texts) : TableRows(TableSchema.Of(TableKind.Events))
{
    /// <summary>The most rows of a group.</summary>
    public const int Most = 1 << 18;

    private const long MostBytes = 32 << 20;

    private readonly TextArena _bytes = new();
    private readonly ArrayBufferWriter<byte> _text = new();
    private readonly FieldsJson _json = new();
    private readonly RowBlocks<Row> _rows = new();
    private TraceContext? _context;

    /// <summary>One event.</summary>
    private struct Row
    {
        public EventSchema Schema;
        public TextRef Body, Stack;
        public long Time;
        public int Cpu, ProcessId, Task;
        public ExecutionContext Context;
    }

    /// <inheritdoc/>
    public override int Count => _rows.Count;

    /// <inheritdoc/>
    public override bool IsFull => _rows.Count == Most || _bytes.Bytes >= MostBytes;

    /// <summary>The recording of the rows and the names that they refer to. It can be set while there are none.</summary>
    public TraceContext? Context
    {
        get => _context;
        set => _context = _rows.Count == 0 ? value : throw new InvalidOperationException("The rows belong to another recording.");
    }

    /// <summary>Adds a row.</summary>
    public void Add(in EventRecord record)
    {
        _rows.Add(new Row
        {
            Schema = record.Schema, Body = _bytes.Add(record.Body), Stack = record.Stack.IsEmpty ? default
                : _bytes.Add(record.Stack),
            Time = record.Time, Cpu = record.Cpu, ProcessId = record.ProcessId, Task = record.Task, Context = record.Context,
        });
    }

    /// <inheritdoc/>
    public override void Prepare() => names.Use(_context!.Names);

    /// <inheritdoc/>
    public override void Clear()
    {
        _bytes.Clear();
        _rows.Clear();
    }

    /// <inheritdoc/>
    private protected override void CopyOwn(int column, int from, TableChunk chunk)
    {
        var rows = _rows.From(from);
        var offset = _context!.Source.WallOffset;
        for (var i = 0; i < rows.Length && !chunk.IsFull; i++) Copy(column, in rows[i], offset, chunk);
    }

    private void Copy(int column, in Row row, long? offset, TableChunk chunk)
    {
        switch (column)
        {
            case 0: TableTime.AddWall(chunk, row.Time, offset); break;
            case 1: TableTime.AddClock(chunk, row.Time); break;
            case 2: TableTime.AddKnown(chunk, row.Cpu); break;
            case 3: TableTime.AddKnown(chunk, row.ProcessId); break;
            case 4: TableTime.AddKnown(chunk, names.ThreadGroupIds[row.Task]); break;
            case 5: chunk.Add(names.Comms[row.Task]); break;
            case 6: chunk.Add(names.Contexts[(int)row.Context]); break;
            case 7: chunk.Add(texts[texts.Of(row.Schema.System)]); break;
            case 8: chunk.Add(texts[texts.Of(row.Schema.Name)]); break;
            case 9: chunk.Add(_json.Of(row.Schema.Decode(row.Body.Bytes))); break;
            case 10: AddMessage(row, chunk); break;
            default: chunk.AddList(row.Stack.IsNull ? null : row.Schema.Frames(row.Stack.Bytes),
                static (to, frame) => to.Add(frame)); break;
        }
    }

    private void AddMessage(in Row row, TableChunk chunk)
    {
        _text.ResetWrittenCount();
        row.Schema.WriteMessage(_text, row.Body.Bytes);
        if (NameText.IsPlain(_text.WrittenSpan)) chunk.Add(_text.WrittenSpan);
        else chunk.Add(NameText.Decode(_text.WrittenSpan));
    }
}
