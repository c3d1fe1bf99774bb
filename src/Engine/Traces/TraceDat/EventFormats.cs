using System.Buffers.Text;
using System.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The kinds of events a recording describes, and where the fields of function events stand.
/// The descriptions are the recorded kernel's <c>events/*/*/format</c> files.
/// </summary>
internal sealed class EventFormats
{
    private string?[] _names = new string?[512];

    /// <summary>Fields of one kind of function event.</summary>
    /// <param name="Id">Its number in <c>common_type</c>.</param>
    /// <param name="Function">The function entered or left.</param>
    /// <param name="Caller">Its caller (<c>parent_ip</c>, <c>retaddr</c>), where there is one.</param>
    /// <param name="Depth">Nesting depth, where there is one.</param>
    /// <param name="CallTime">When it was entered, in an exit.</param>
    /// <param name="ReturnTime">When it returned, in an exit.</param>
    internal sealed record FunctionEvent(int Id, FieldFormat Function, FieldFormat Caller, FieldFormat Depth, FieldFormat CallTime, FieldFormat ReturnTime)
    {
        /// <summary>The shortest record that has all these fields.</summary>
        public int Length { get; } = new[] { Function, Caller, Depth, CallTime, ReturnTime }.Max(f => f.Exists ? f.End : 0);
    }

    /// <summary><c>common_type</c>, the number of an event's kind; the same place in every event.</summary>
    public FieldFormat Type { get; private set; } = FieldFormat.None;

    /// <summary><c>common_flags</c>: the irq-info flags.</summary>
    public FieldFormat Flags { get; private set; } = FieldFormat.None;

    /// <summary><c>common_pid</c>.</summary>
    public FieldFormat Pid { get; private set; } = FieldFormat.None;

    /// <summary>The shortest record that has the common fields.</summary>
    public int CommonLength => Math.Max(Type.End, Math.Max(Flags.Exists ? Flags.End : 0, Pid.Exists ? Pid.End : 0));

    /// <summary>The function tracer's event; null when not described.</summary>
    public FunctionEvent? Function { get; private set; }

    /// <summary>The function_graph tracer's entry; null when not described.</summary>
    public FunctionEvent? GraphEntry { get; private set; }

    /// <summary>The function_graph tracer's entry with the return address (Linux 6.13, option funcgraph-retaddr); null when not described.</summary>
    public FunctionEvent? GraphReturnAddressEntry { get; private set; }

    /// <summary>The function_graph tracer's exit; null when not described.</summary>
    public FunctionEvent? GraphExit { get; private set; }

    /// <summary>One more than the highest number of a kind.</summary>
    public int Count { get; private set; }

    /// <summary>The name of a kind; null when the recording does not describe it.</summary>
    public string? Name(int id) => id < _names.Length ? _names[id] : null;

    /// <summary>Takes one description.</summary>
    /// <param name="text">The format file.</param>
    /// <param name="isFtrace">It is of the system <c>ftrace</c>, where the tracers' own events are.</param>
    /// <returns>False when it cannot be understood.</returns>
    public bool Add(ReadOnlySpan<byte> text, bool isFtrace)
    {
        string? name = null;
        var id = -1;
        var fields = new Dictionary<string, FieldFormat>();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.StartsWith("name: "u8)) name = Encoding.UTF8.GetString(line["name: "u8.Length..].TrimEnd((byte)'\r'));
            else if (line.StartsWith("ID: "u8))
            {
                if (!Utf8Parser.TryParse(line["ID: "u8.Length..], out id, out _)) return false;
                // Only the tracers' own events and the fields common to all are read: a thousand others need their name.
                if (!isFtrace && Type.Exists) break;
            }
            else if (line.StartsWith("print fmt:"u8)) break;
            else if (FieldFormat.TryParse(line, out var fieldName, out var field)) fields.TryAdd(fieldName, field);
        }
        if (name is null || id is <= 0 or > ushort.MaxValue) return false;
        if (id >= _names.Length) Array.Resize(ref _names, Math.Max(id + 1, _names.Length * 2));
        _names[id] = name;
        Count = Math.Max(Count, id + 1);
        if (!Type.Exists && fields.TryGetValue("common_type", out var type) && type.Size == 2)
        {
            Type = type;
            Flags = Number(fields, "common_flags");
            Pid = Number(fields, "common_pid");
        }
        if (isFtrace) Keep(name, id, fields);
        return true;
    }

    /// <summary>How the fields of a call's record stand there.</summary>
    private void Keep(string name, int id, Dictionary<string, FieldFormat> fields)
    {
        switch (name)
        {
            case "function" when Number(fields, "ip") is { Exists: true } ip:
                Function = new FunctionEvent(id, ip, Number(fields, "parent_ip"), FieldFormat.None, FieldFormat.None, FieldFormat.None);
                break;
            case "funcgraph_entry" when Number(fields, "func") is { Exists: true } function:
                GraphEntry = new FunctionEvent(id, function, Number(fields, "retaddr"), Number(fields, "depth"), FieldFormat.None, FieldFormat.None);
                break;
            case "fgraph_retaddr_entry" when Number(fields, "func") is { Exists: true } function:
                GraphReturnAddressEntry = new FunctionEvent(id, function, Number(fields, "retaddr"), Number(fields, "depth"), FieldFormat.None, FieldFormat.None);
                break;
            case "funcgraph_exit" when Number(fields, "func") is { Exists: true } function:
                GraphExit = new FunctionEvent(id, function, FieldFormat.None, Number(fields, "depth"), Number(fields, "calltime"), Number(fields, "rettime"));
                break;
        }
    }

    private static FieldFormat Number(Dictionary<string, FieldFormat> fields, string name)
        => fields.TryGetValue(name, out var field) && field.IsNumber ? field : FieldFormat.None;
}
