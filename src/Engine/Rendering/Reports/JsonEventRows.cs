using System.Collections;
using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Model;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>Writes kernel events and calls as JSON objects: in an array, or one on each line.</summary>
internal sealed class JsonEventRows(Utf8Output output, bool asArray) : EventRows(output)
{
    private byte[] _end = [];
    private bool _hasRows;

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        base.Begin(context);
        _end = Encoding.UTF8.GetBytes($",\"recording\":{Json(context.Source.Name)}}}{(asArray ? "" : "\n")}");
    }

    /// <inheritdoc/>
    public override void Event(in EventRecord record)
    {
        Start(record.Time, record.Cpu, record.Task, record.ProcessId, record.Context);
        Output.Put(Kind(record.Schema));
        Output.PutJson(record.Schema.Message(record.Body));
        Output.Put(",\"fields\":{"u8);
        var fields = record.Schema.Decode(record.Body);
        HashSet<string>? known = null;
        for (var i = 0; i < fields.Count; i++)
        {
            // A damaged format can have a name twice.
            if (fields.Count > 1 && !(known ??= new HashSet<string>(StringComparer.Ordinal)).Add(fields[i].Name)) continue;
            if (i > 0) Output.Put(","u8);
            Output.PutJson(fields[i].Name);
            Output.Put(":"u8);
            Value(fields[i].Value);
        }
        Output.Put("},\"stack\":"u8);
        if (record.Stack.IsEmpty) Output.Put("null"u8);
        else Value(record.Schema.Frames(record.Stack));
        Output.Put(_end);
    }

    /// <inheritdoc/>
    public override void Call(CallEvent item, in CallRecord record)
    {
        Start(record.Time, record.Cpu, record.Task, -1, record.Context);
        Name(",\"function\":"u8, item.Function);
        Name(",\"module\":"u8, item.Module);
        Name(",\"caller\":"u8, item.Caller);
        Name(",\"callerModule\":"u8, item.CallerModule);
        Name(",\"callerSourceFile\":"u8, item.CallerSourceFile);
        Number(",\"callerSourceLine\":"u8, item.CallerSourceLine);
        Name(",\"sourceFile\":"u8, item.SourceFile);
        Number(",\"sourceLine\":"u8, item.SourceLine);
        Number(",\"duration\":"u8, item.Duration);
        Number(",\"selfDuration\":"u8, item.SelfDuration);
        Number(",\"depth\":"u8, item.Depth);
        Name(",\"nesting\":"u8, item.Nesting);
        Output.Put(_end);
    }

    /// <inheritdoc/>
    public override void Finish()
    {
        if (asArray) Output.Put(_hasRows ? "\n]\n"u8 : "[]\n"u8);
        base.Finish();
    }

    /// <inheritdoc/>
    protected override byte[] Text(EventSchema schema)
        => Encoding.UTF8.GetBytes($",\"system\":{Json(schema.System)},\"name\":{Json(schema.Name)},\"message\":");

    /// <inheritdoc/>
    protected override byte[] Text(KernelTask task)
        => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $",\"processId\":{OrNull(task.KnownProcessId)},"
            + $"\"threadGroupId\":{OrNull(task.ThreadGroupId)},\"comm\":{Json(task.KnownComm)},\"context\":"));

    private void Start(long time, int cpu, int task, int processId, ExecutionContext context)
    {
        if (asArray) Output.Put(_hasRows ? ",\n"u8 : "[\n"u8);
        _hasRows = true;
        Output.Put("{\"timestamp\":"u8);
        if (time == CallRecord.NoTime) Output.Put("null"u8);
        else PutTime(time);
        Name(",\"wallTime\":"u8, WallTime(time));
        Output.Put(",\"cpu\":"u8);
        if (cpu < 0) Output.Put("null"u8);
        else Output.Put(cpu);
        Output.Put(Task(task, processId));
        Output.PutJson(context.KnownName());
    }

    private void Name(ReadOnlySpan<byte> key, string? text)
    {
        Output.Put(key);
        Output.PutJson(text);
    }

    private void Number(ReadOnlySpan<byte> key, double? number)
    {
        Output.Put(key);
        Output.Put(number?.ToString(CultureInfo.InvariantCulture) ?? "null");
    }

    /// <summary>Writes the value of a field: numbers exactly.</summary>
    private void Value(object? value)
    {
        switch (value)
        {
            case null:
                Output.Put("null"u8);
                break;
            case string text:
                Output.PutJson(text);
                break;
            case ulong number:
                Output.Put(number);
                break;
            case bool flag:
                Output.Put(flag ? "true"u8 : "false"u8);
                break;
            case IEnumerable several:
                var isFirst = true;
                Output.Put("["u8);
                foreach (var one in several)
                {
                    if (!isFirst) Output.Put(","u8);
                    isFirst = false;
                    Value(one);
                }
                Output.Put("]"u8);
                break;
            case IConvertible number:
                Output.Put(number.ToInt64(CultureInfo.InvariantCulture));
                break;
            default:
                Output.PutJson(value.ToString());
                break;
        }
    }

    private static string Json(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text)}\"";

    private static string OrNull(int? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "null";
}
