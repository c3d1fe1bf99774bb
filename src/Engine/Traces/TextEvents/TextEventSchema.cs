using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// Decodes the text of an event. A record is its message: the text after the name of the event, which can contain newlines.
/// </summary>
internal sealed class TextEventSchema : EventSchema
{
    // A field that is read, but of which the message has only the symbolic name of another field.
    private const string SymbolOfVec = "action";
    private const int MostOtherFields = 256;
    private const int MostFields = 512;
    private const string SystemCallEnter = "sys_enter_", SystemCallExit = "sys_exit_";

    private readonly IReadOnlyList<MessagePattern> _patterns;
    private readonly List<string> _names = [];
    private readonly int[][] _indices;
    private readonly byte _separator = (byte)'=';
    private readonly bool _isMarker;
    private readonly Lock _gate = new();

    // The names of other fields that were asked for; replaced when one is added.
    private volatile byte[][] _others = [];

    /// <summary>Creates the schema of an event.</summary>
    public TextEventSchema(string? system, string name) : base(system, name)
    {
        // trace-cmd report names what is written to trace_marker "print"; ftrace text has the name of the function that writes it.
        _isMarker = name is "print" or "tracing_mark_write";
        if (name.StartsWith(SystemCallEnter, StringComparison.Ordinal)) _separator = (byte)':';
        _patterns = name.StartsWith(SystemCallExit, StringComparison.Ordinal) ? [new MessagePattern("^{ret:x}")]
            : _isMarker ? [new MessagePattern("^{buf:t}")]
            : system == "irq_vectors" ? [new MessagePattern("vector={vector:d}")]
            : MessagePatterns.Of(name);
        _indices = new int[_patterns.Count][];
        for (var i = 0; i < _patterns.Count; i++) _indices[i] = [.. _patterns[i].Fields.Select(field => IndexOf(field.Name))];
    }

    /// <inheritdoc/>
    public override string Message(ReadOnlySpan<byte> body) => NameText.Decode(body);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack) => StackText.Frames(stack);

    /// <inheritdoc/>
    public override IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body)
    {
        if (_isMarker) return [new EventField("buf", NameText.Decode(Marker(body)), null)];
        var match = MessageMatch.Of(body, _patterns);
        return match.Pattern >= 0 ? DecodeFields(body, match.Fields, match.Pattern) : DecodePairs(body);
    }

    /// <inheritdoc/>
    public override FieldReader Reader(string field)
    {
        var index = _names.IndexOf(field);
        if (index >= 0) return new FieldReader(this, index);
        lock (_gate)
        {
            var name = Encoding.UTF8.GetBytes(field);
            var other = Array.FindIndex(_others, known => known.AsSpan().SequenceEqual(name));
            if (other < 0)
            {
                if (_others.Length == MostOtherFields) return default;
                other = _others.Length;
                _others = [.. _others, name];
            }
            return new FieldReader(this, _names.Count + other);
        }
    }

    /// <inheritdoc/>
    public override bool TryNumber(ReadOnlySpan<byte> body, int field, out long value)
    {
        value = 0;
        var text = Find(body, field, out var kind);
        return text.Exists && MessageNumber.TryRead(Number(text.Of(body), kind), kind, out value);
    }

    /// <inheritdoc/>
    public override bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (_isMarker && field == 0)
        {
            text = Marker(body);
            return true;
        }
        var slice = Find(body, field, out var kind);
        if (!slice.Exists || kind is not (FieldKind.Text or FieldKind.Word or FieldKind.Identifier or FieldKind.TimerContext))
            return false;
        text = slice.Of(body);
        return true;
    }

    /// <summary>What was written to <c>trace_marker</c>, without the name of the function that wrote it.</summary>
    private static ReadOnlySpan<byte> Marker(ReadOnlySpan<byte> body)
        => body.StartsWith("tracing_mark_write: "u8) ? body["tracing_mark_write: ".Length..] : body;

    private int IndexOf(string name)
    {
        var index = _names.IndexOf(name);
        if (index >= 0) return index;
        _names.Add(name);
        return _names.Count - 1;
    }

    private FieldSlice Find(ReadOnlySpan<byte> body, int field, out FieldKind kind)
    {
        kind = _separator == ':' ? FieldKind.Hex : FieldKind.Word;
        if (field >= _names.Count)
        {
            var others = _others;
            var other = field - _names.Count;
            return other < others.Length ? MessagePairs.Find(body, _separator, others[other]) : FieldSlice.None;
        }
        var match = MessageMatch.Of(body, _patterns);
        if (match.Pattern < 0)
        {
            // A message of a form that is not known can still have the field.
            var name = _names[field];
            Span<byte> bytes = stackalloc byte[name.Length];
            return MessagePairs.Find(body, _separator, bytes[..Encoding.ASCII.GetBytes(name, bytes)]);
        }
        var at = Array.IndexOf(_indices[match.Pattern], field);
        if (at < 0) return FieldSlice.None;
        kind = _patterns[match.Pattern].Fields[at].Kind;
        return match.Fields[at];
    }

    private static ReadOnlySpan<byte> Number(ReadOnlySpan<byte> text, FieldKind kind)
        => kind == FieldKind.Word ? MessagePairs.WithoutNote(text) : text;

    private List<EventField> DecodeFields(ReadOnlySpan<byte> body, ReadOnlySpan<FieldSlice> slices, int pattern)
    {
        var fields = new List<EventField>(_names.Count);
        for (var i = 0; i < _patterns[pattern].Fields.Count; i++)
        {
            var (name, kind) = _patterns[pattern].Fields[i];
            if (!slices[i].Exists) continue;
            var text = slices[i].Of(body);
            if (name == SymbolOfVec && fields is [{ Name: "vec" } vec])
                fields[0] = vec with { Symbol = NameText.Decode(text) };
            else if (kind == FieldKind.TimerContext && MessageNumber.TryRead(text, kind, out var context))
                fields.Add(new EventField(name, context, NameText.Decode(text)));
            else
                fields.Add(new EventField(name, MessageNumber.Value(text, kind), null));
        }
        return fields;
    }

    private List<EventField> DecodePairs(ReadOnlySpan<byte> body)
    {
        var fields = new List<EventField>();
        var kind = _separator == ':' ? FieldKind.Hex : FieldKind.Word;
        for (var at = 0; fields.Count < MostFields && MessagePairs.TryNext(body, _separator, ref at, out var name, out var value);)
        {
            var text = value.Of(body);
            var number = Number(text, kind);
            fields.Add(new EventField(NameText.Decode(name.Of(body)),
                MessageNumber.TryRead(number, kind, out _) ? MessageNumber.Value(number, kind) : NameText.Decode(text), null));
        }
        return fields;
    }
}
