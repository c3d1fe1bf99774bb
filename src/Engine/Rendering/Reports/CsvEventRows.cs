using System.Collections;
using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// Writes kernel events and calls as CSV. The fields of an event are in one column, as <c>name=value</c> with a space between
/// them.
/// </summary>
internal sealed class CsvEventRows : EventRows
{
    // Between the columns of events and the recording, those of calls.
    private const int CallColumns = 11;

    private readonly ReportStyle _style;
    private readonly bool _withCalls;
    private byte[] _end = [];

    /// <summary>Creates the rows and writes the header.</summary>
    public CsvEventRows(Utf8Output output, ReportStyle style, bool withCalls) : base(output)
    {
        (_style, _withCalls) = (style, withCalls);
        Output.Put("timestamp,wallTime,cpu,processId,threadGroupId,comm,context,system,name,message,fields,stack,"u8);
        if (withCalls)
            Output.Put("function,module,caller,callerModule,callerSourceFile,callerSourceLine,sourceFile,sourceLine,duration,"u8
                + "selfDuration,depth,"u8);
        Output.Put("recording\r\n"u8);
    }

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        base.Begin(context);
        _end = Encoding.UTF8.GetBytes($"{Csv(context.Source.Name)}\r\n");
    }

    /// <inheritdoc/>
    public override void Event(in EventRecord record)
    {
        Start(record.Time, record.Cpu, record.Task, record.ProcessId, record.Context);
        Output.Put(Kind(record.Schema));
        Output.Put(Csv(record.Schema.Message(record.Body)));
        Output.Put(","u8);
        Output.Put(Csv(string.Join(' ', record.Schema.Decode(record.Body).Select(field => $"{field.Name}={Shown(field.Value)}"))));
        Output.Put(","u8);
        if (!record.Stack.IsEmpty) Output.Put(Csv(string.Join(';', record.Schema.Frames(record.Stack))));
        Output.Put(","u8);
        if (_withCalls) Output.Put(new string(',', CallColumns));
        Output.Put(_end);
    }

    /// <inheritdoc/>
    public override void Call(CallEvent item, in CallRecord record)
    {
        Start(record.Time, record.Cpu, record.Task, -1, record.Context);
        // System, name, message, fields and stack.
        Output.Put(",,,,,"u8);
        string?[] columns =
        [
            Csv(item.Function), Csv(item.Module), Csv(item.Caller), Csv(item.CallerModule), Csv(item.CallerSourceFile),
            Number(item.CallerSourceLine), Csv(item.SourceFile), Number(item.SourceLine), Number(item.Duration),
            Number(item.SelfDuration), Number(item.Depth),
        ];
        foreach (var column in columns)
        {
            Output.Put(column ?? "");
            Output.Put(","u8);
        }
        Output.Put(_end);
    }

    /// <inheritdoc/>
    protected override byte[] Text(EventSchema schema) => Encoding.UTF8.GetBytes($"{Csv(schema.System)},{Csv(schema.Name)},");

    /// <inheritdoc/>
    protected override byte[] Text(KernelTask task)
        => Encoding.UTF8.GetBytes($"{Number(task.KnownProcessId)},{Number(task.ThreadGroupId)},{Csv(task.KnownComm)},");

    private void Start(long time, int cpu, int task, int processId, ExecutionContext context)
    {
        if (time != CallRecord.NoTime) PutTime(time);
        Output.Put(","u8);
        Output.Put(WallTime(time) ?? "");
        Output.Put(","u8);
        if (cpu >= 0) Output.Put(cpu);
        Output.Put(","u8);
        Output.Put(Task(task, processId));
        Output.Put(context.KnownName() ?? "");
        Output.Put(","u8);
    }

    private static string Shown(object? value) => value switch
    {
        string text => text,
        IEnumerable several => $"[{string.Join(' ', several.Cast<object?>().Select(Shown))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };

    private static string Number(double? number) => number?.ToString(CultureInfo.InvariantCulture) ?? "";

    private string Csv(string? text) => text is null ? "" : CsvText.Field(_style.ToTerminal ? TerminalText.Escape(text) : text);
}
