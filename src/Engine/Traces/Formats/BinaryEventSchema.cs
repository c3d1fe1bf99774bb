using System.Buffers;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Formats;

/// <summary>
/// The schema of an event whose records are binary, from the recorded kernel's format file. Fields are parsed at once, because
/// their readers are asked for; the <c>print fmt</c> when the first text is asked for.
/// </summary>
internal sealed class BinaryEventSchema : EventSchema
{
    [ThreadStatic]
    private static PrintText? _text;

    private readonly IEventEnvironment _environment;
    private readonly EventFieldFormat[] _all, _fields;
    private readonly ReadOnlyMemory<byte> _format;
    private EventText? _eventText;
    private SymbolPart?[]? _symbols;

    private BinaryEventSchema(
        string? system, string name, List<EventFieldFormat> all, ReadOnlyMemory<byte> format, IEventEnvironment environment)
        : base(system, name)
    {
        (_environment, _format, _all) = (environment, format, [.. all]);
        _fields = [.. all.Where(f => !f.Name.StartsWith("common_", StringComparison.Ordinal))];
    }

    /// <summary>The fields, without the common ones.</summary>
    public IReadOnlyList<EventFieldFormat> Fields => _fields;

    /// <summary>How the text of a record is made.</summary>
    public EventText Text
    {
        get
        {
            if (Volatile.Read(ref _eventText) is { } known) return known;
            var text = EventText.Parse(this, _format.Span, _all, _environment);
            return Interlocked.CompareExchange(ref _eventText, text, null) ?? text;
        }
    }

    /// <summary>Parses a format file.</summary>
    /// <param name="system">The system.</param>
    /// <param name="name">The name of the event.</param>
    /// <param name="format">The text of the format file.</param>
    /// <param name="environment">What the records refer to.</param>
    public static BinaryEventSchema Parse(
        string? system, string name, ReadOnlyMemory<byte> format, IEventEnvironment environment)
    {
        var text = format.Span;
        var fields = new List<EventFieldFormat>();
        foreach (var range in text.Split((byte)'\n'))
        {
            var line = text[range];
            if (line.StartsWith("print fmt:"u8)) break;
            if (fields.Count < MostFields && EventFieldFormat.TryParse(line, environment.LongSize, out var field))
                fields.Add(field);
        }
        return new BinaryEventSchema(system, name, fields, format, environment);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body)
    {
        var symbols = Symbols();
        var decoded = new EventField[_fields.Length];
        for (var i = 0; i < decoded.Length; i++)
        {
            var value = FieldDecoder.Decode(_fields[i], body, _environment.IsBigEndian);
            var symbol = value is not null && symbols[i] is { } part && part.TryWrite(Buffer, body, _environment)
                ? Buffer.ToString() : null;
            decoded[i] = new EventField(_fields[i].Name, value, symbol);
        }
        return decoded;
    }

    /// <inheritdoc/>
    public override string Message(ReadOnlySpan<byte> body)
    {
        var text = Buffer;
        text.Clear();
        Write(text, body);
        return text.ToString();
    }

    /// <inheritdoc/>
    public override void WriteMessage(IBufferWriter<byte> text, ReadOnlySpan<byte> body)
    {
        var made = Buffer;
        made.Clear();
        Write(made, body);
        text.Write(made.Written);
    }

    /// <summary>Appends the text of a record: the bytes of <see cref="Message"/>, of which some may not be UTF-8.</summary>
    public void Write(PrintText text, ReadOnlySpan<byte> body) => Text.Write(text, body);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack)
        => StackFrames.Decode(stack, _environment);

    /// <inheritdoc/>
    public override FieldReader Reader(string field)
    {
        for (var i = 0; i < _fields.Length; i++)
        {
            var format = _fields[i];
            if (format.Name != field) continue;
            return format.IsNumber
                ? new FieldReader(this, i, format.Offset, format.Size, format.IsSigned, _environment.IsBigEndian)
                : format is { Shape: FieldShape.Text, Place: FieldPlace.Fixed, Size: FieldReader.NameLength }
                ? FieldReader.OfName(this, i, format.Offset) : new FieldReader(this, i);
        }
        return default;
    }

    /// <inheritdoc/>
    public override bool TryNumber(ReadOnlySpan<byte> body, int field, out long value)
    {
        value = 0;
        var format = _fields[field];
        if (!format.IsNumber || format.Offset + format.Size > body.Length) return false;
        var number = FieldDecoder.Unsigned(body.Slice(format.Offset, format.Size), _environment.IsBigEndian);
        var unused = 64 - (8 * format.Size);
        value = format.IsSigned ? (long)(number << unused) >> unused : (long)number;
        return true;
    }

    /// <inheritdoc/>
    public override bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text)
    {
        text = default;
        var format = _fields[field];
        if (format.Shape != FieldShape.Text || !format.TryLocate(body, _environment.IsBigEndian, out var offset, out var length))
            return false;
        text = FieldDecoder.UpToNull(body.Slice(offset, length));
        return true;
    }

    // The kernel's own limit is below this: an event has at most one page.
    private const int MostFields = 4096;

    private static PrintText Buffer => _text ??= new PrintText();

    private SymbolPart?[] Symbols()
    {
        if (Volatile.Read(ref _symbols) is { } known) return known;
        var symbols = new SymbolPart?[_fields.Length];
        // In the order of C: a symbol must be right even where trace-cmd is not.
        if (EventText.ParseFormat(_format.Span, _all, _environment, isAsTraceCmd: false) is { } format)
            foreach (var part in SymbolPart.Of(format))
                if (Array.IndexOf(_fields, part.Field) is >= 0 and var index)
                    symbols[index] = part;
        Volatile.Write(ref _symbols, symbols);
        return symbols;
    }
}
