using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The event formats of a recording: the name of each event id, and the field offsets of the function tracers' events.
/// They are the recorded kernel's <c>events/*/*/format</c> files.
/// </summary>
internal sealed class EventFormats
{
    /// <summary>The system of the tracers' own events.</summary>
    public const string Ftrace = "ftrace";

    private string?[] _names = new string?[512];
    private (string? System, ReadOnlyMemory<byte> Text)[] _formats = new (string?, ReadOnlyMemory<byte>)[512];

    /// <summary><c>common_type</c>, the event id; at the same offset in every event.</summary>
    public FieldFormat Type { get; private set; } = FieldFormat.None;

    /// <summary><c>common_flags</c>: the flags of the execution context.</summary>
    public FieldFormat Flags { get; private set; } = FieldFormat.None;

    /// <summary><c>common_pid</c>.</summary>
    public FieldFormat Pid { get; private set; } = FieldFormat.None;

    /// <summary>The shortest record that has the common fields.</summary>
    public int CommonLength => Math.Max(Type.End, Math.Max(Flags.Exists ? Flags.End : 0, Pid.Exists ? Pid.End : 0));

    /// <summary>The function tracer's event; null when the recording has no format of it.</summary>
    public FunctionEventFormat? Function { get; private set; }

    /// <summary>The function_graph tracer's entry; null when the recording has no format of it.</summary>
    public FunctionEventFormat? FunctionGraphEntry { get; private set; }

    /// <summary>
    /// The function_graph tracer's entry with a return address (option funcgraph-retaddr, Linux 6.13); null when the recording
    /// has no format of it.
    /// </summary>
    public FunctionEventFormat? FunctionGraphReturnAddressEntry { get; private set; }

    /// <summary>The function_graph tracer's exit; null when the recording has no format of it.</summary>
    public FunctionEventFormat? FunctionGraphExit { get; private set; }

    /// <summary>The highest event id plus 1.</summary>
    public int Count { get; private set; }

    /// <summary>The name of an event; null when the recording has no format of it.</summary>
    public string? Name(int id) => id < _names.Length ? _names[id] : null;

    /// <summary>The system of an event and the text of its format file; the id must have a <see cref="Name"/>.</summary>
    public (string? System, ReadOnlyMemory<byte> Text) Format(int id) => _formats[id];

    /// <summary>The id of an event of the system <c>ftrace</c>; -1 when the recording has no format of it.</summary>
    public int IdOf(string name)
    {
        for (var id = 1; id < Count; id++)
            if (_names[id] == name && _formats[id].System == Ftrace)
                return id;
        return -1;
    }

    /// <summary>Adds one format.</summary>
    /// <param name="text">The text of the format file, which is kept.</param>
    /// <param name="system">The system; <see cref="Ftrace"/> contains the tracers' own events.</param>
    /// <returns>False when the text cannot be parsed.</returns>
    public bool Add(ReadOnlyMemory<byte> text, string system)
    {
        var isFtrace = system == Ftrace;
        string? name = null;
        var id = -1;
        Dictionary<string, FieldFormat>? fields = null;
        var lines = text.Span;
        foreach (var range in lines.Split((byte)'\n'))
        {
            var line = lines[range];
            if (line.StartsWith("name: "u8)) name = NameText.Decode(line["name: "u8.Length..].TrimEnd((byte)'\r'));
            else if (line.StartsWith("ID: "u8))
            {
                if (!Utf8Parser.TryParse(line["ID: "u8.Length..], out id, out _)) return false;
                // Of the many other events only the name is needed.
                if (!isFtrace && Type.Exists) break;
            }
            else if (line.StartsWith("print fmt:"u8)) break;
            else if (FieldFormat.TryParse(line, out var fieldName, out var field)) (fields ??= []).TryAdd(fieldName, field);
        }
        if (name is null || id is <= 0 or > ushort.MaxValue) return false;
        if (id >= _names.Length)
        {
            Array.Resize(ref _names, Math.Max(id + 1, _names.Length * 2));
            Array.Resize(ref _formats, _names.Length);
        }
        (_names[id], _formats[id]) = (name, (system, text));
        Count = Math.Max(Count, id + 1);
        if (!Type.Exists && fields is not null && fields.TryGetValue("common_type", out var type) && type.Size == 2)
        {
            Type = type;
            Flags = Number(fields, "common_flags");
            Pid = Number(fields, "common_pid");
        }
        if (isFtrace && fields is not null) AddFunctionEvent(name, id, fields);
        return true;
    }

    private void AddFunctionEvent(string name, int id, Dictionary<string, FieldFormat> fields)
    {
        var none = FieldFormat.None;
        var function = Number(fields, name == "function" ? "ip" : "func");
        if (!function.Exists) return;
        var (depth, returnAddress) = (Number(fields, "depth"), Number(fields, "retaddr"));
        switch (name)
        {
            case "function":
                Function = new FunctionEventFormat(id, function, Number(fields, "parent_ip"), Depth: none, none, none);
                break;
            case "funcgraph_entry":
                FunctionGraphEntry = new FunctionEventFormat(id, function, returnAddress, depth, none, none);
                break;
            case "fgraph_retaddr_entry":
                FunctionGraphReturnAddressEntry = new FunctionEventFormat(id, function, returnAddress, depth, none, none);
                break;
            case "funcgraph_exit":
                var (callTime, returnTime) = (Number(fields, "calltime"), Number(fields, "rettime"));
                FunctionGraphExit = new FunctionEventFormat(id, function, Caller: none, depth, callTime, returnTime);
                break;
        }
    }

    private static FieldFormat Number(Dictionary<string, FieldFormat> fields, string name)
        => fields.TryGetValue(name, out var field) && field.IsNumber ? field : FieldFormat.None;
}
