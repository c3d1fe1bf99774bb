using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Reports;

/// <summary>
/// The texts of a <see cref="CallListing"/> that do not change from call to call, as UTF-8: separators, tasks and functions.
/// </summary>
internal sealed class CallListingText(ReportFormat format, ReportStyle style)
{
    /// <summary>The text before the first value of a line.</summary>
    public byte[] Start { get; } = format is ReportFormat.Csv or ReportFormat.Table ? [] : "{\"timestamp\":"u8.ToArray();

    /// <summary>The text between time and CPU.</summary>
    public byte[] BeforeCpu { get; } = Choose(format, ","u8, " "u8, ",\"cpu\":"u8);

    /// <summary>The text between the duration and that of the function itself.</summary>
    public byte[] BeforeSelf { get; } = Choose(format, ","u8, [], ",\"selfDuration\":"u8);

    /// <summary>The text between the durations and the depth.</summary>
    public byte[] BeforeDepth { get; } = Choose(format, ","u8, [], ",\"depth\":"u8);

    /// <summary>The text between the depth and the time of day.</summary>
    public byte[] BeforeWallTime { get; } = Choose(format, ","u8, [], ",\"wallTime\":"u8);

    /// <summary>The text of an unknown value.</summary>
    public byte[] Nothing { get; } = Choose(format, [], [], "null"u8);

    /// <summary>The names of execution contexts, by value.</summary>
    public byte[][] Contexts { get; } =
        [.. Enum.GetValues<ExecutionContext>().Select(c => Encoding.UTF8.GetBytes(format switch
        {
            ReportFormat.Csv => c.KnownName() ?? "",
            ReportFormat.Table => $"  {c.KnownName(),-8}",
            _ => Json(c.KnownName()),
        }))];

    /// <summary>The text before the first line, for a table with these columns.</summary>
    public byte[] Header(CallColumns columns) => format switch
    {
        ReportFormat.Csv =>
            [.. "timestamp,cpu,processId,threadGroupId,comm,context,function,module,caller,callerModule,callerSourceFile,"u8,
                .. "callerSourceLine,sourceFile,sourceLine,duration,selfDuration,depth,wallTime,nesting,recording\r\n"u8],
        ReportFormat.Table => Encoding.UTF8.GetBytes(
            (style.Colour ? "\e[1m" : "")
            + Heading(columns, text => text) + "\n" + Heading(columns, text => new string('-', text.Length)) + "\n"
            + (style.Colour ? "\e[0m" : "")),
        _ => [],
    };

    /// <summary>The text from the time of day to the end of the line.</summary>
    /// <param name="recording">The name of the recording; null if not known.</param>
    /// <param name="nesting">How it is known below which calls the call ran.</param>
    public byte[] End(string? recording, CallNesting nesting) => Encoding.UTF8.GetBytes(format switch
    {
        ReportFormat.Csv => $",{nesting},{Csv(recording)}\r\n",
        ReportFormat.Table => "\n",
        _ => $",\"nesting\":\"{nesting}\",\"recording\":{Json(recording)}}}{(format == ReportFormat.Json ? "" : "\n")}",
    });

    private static string Heading(CallColumns columns, Func<string, string> label)
    {
        var text = new StringBuilder();
        if (columns.HasFlag(CallColumns.Time)) text.Append($"{label("Time"),20}");
        if (columns.HasFlag(CallColumns.Cpu)) text.Append($"{label("CPU"),5}");
        if (columns.HasFlag(CallColumns.Comm)) text.Append($"  {label("Comm"),-16} {label("Pid"),7}");
        if (columns.HasFlag(CallColumns.Context)) text.Append($"  {label("Context"),-8}");
        if (columns.HasFlag(CallColumns.Depth)) text.Append($"{label("Depth"),7}");
        if (columns.HasFlag(CallColumns.Duration)) text.Append($"{label("Duration us"),16}");
        text.Append($"  {label("Function")}");
        if (columns.HasFlag(CallColumns.Caller)) text.Append($" <- {label("Caller")}");
        return text.ToString();
    }

    /// <summary>The columns of a task, between CPU and context.</summary>
    public byte[] Task(KernelTask task)
    {
        var pid = task.ProcessId < 0 ? "" : task.ProcessId.ToString(CultureInfo.InvariantCulture);
        var group = task.ThreadGroupId?.ToString(CultureInfo.InvariantCulture) ?? "";
        var comm = TerminalText.Cell(task.Comm);
        return Encoding.UTF8.GetBytes(format switch
        {
            ReportFormat.Csv => $",{pid},{group},{Csv(task.Comm)},",
            ReportFormat.Table => $"  {comm}{new string(' ', Math.Max(0, 16 - TerminalText.Width(comm)))} {pid,7}",
            _ => $",\"processId\":{OrNull(pid)},\"threadGroupId\":{OrNull(group)},\"comm\":{Json(task.KnownComm)},\"context\":",
        });
    }

    /// <summary>The columns of a function: as the called function, as the caller, and its source up to the duration.</summary>
    public (byte[] AsFunction, byte[] AsCaller, byte[] Source) Function(FunctionSymbol symbol)
    {
        var line = symbol.SourceLine?.ToString(CultureInfo.InvariantCulture) ?? "";
        var name = TerminalText.Cell(symbol.ToString());
        var (asFunction, asCaller, source) = format switch
        {
            ReportFormat.Csv => (CsvName(symbol), $"{CsvName(symbol)},{Csv(symbol.SourceFile)},{line}",
                $",{Csv(symbol.SourceFile)},{line},"),
            ReportFormat.Table => ($"  {name}", $" <- {(name.Length == 0 ? "?" : name)}",
                symbol.SourceFile is null
                    ? "" : $"  ({TerminalText.Cell(symbol.SourceFile)}{(line.Length == 0 ? "" : ":" + line)})"),
            _ => ($",\"function\":{Json(symbol.Name)},\"module\":{Json(symbol.Module)}",
                $",\"caller\":{Json(symbol.KnownName)},\"callerModule\":{Json(symbol.Module)}"
                    + $",\"callerSourceFile\":{Json(symbol.SourceFile)},\"callerSourceLine\":{OrNull(line)}",
                $",\"sourceFile\":{Json(symbol.SourceFile)},\"sourceLine\":{OrNull(line)},\"duration\":"),
        };
        return (Encoding.UTF8.GetBytes(asFunction), Encoding.UTF8.GetBytes(asCaller), Encoding.UTF8.GetBytes(source));
    }

    private static byte[] Choose(ReportFormat format, ReadOnlySpan<byte> csv, ReadOnlySpan<byte> table, ReadOnlySpan<byte> json)
        => (format switch { ReportFormat.Csv => csv, ReportFormat.Table => table, _ => json }).ToArray();

    private string CsvName(FunctionSymbol symbol) => $",{Csv(symbol.Name)},{Csv(symbol.Module)}";

    private string Csv(string? text) => text is null ? "" : CsvText.Field(style.ToTerminal ? TerminalText.Escape(text) : text);

    private static string Json(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text)}\"";

    private static string OrNull(string number) => number.Length == 0 ? "null" : number;
}
