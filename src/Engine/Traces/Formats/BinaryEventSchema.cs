using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Formats;

/// <summary>The schema of an event whose records are binary, from the recorded kernel's format file.</summary>
internal sealed class BinaryEventSchema : EventSchema
{
    private readonly IEventEnvironment _environment;
    private readonly IReadOnlyList<EventFieldFormat> _fields;

    private BinaryEventSchema(string? system, string name, IReadOnlyList<EventFieldFormat> fields, IEventEnvironment environment)
        : base(system, name) => (_fields, _environment) = (fields, environment);

    /// <summary>Parses a format file.</summary>
    /// <param name="system">The system.</param>
    /// <param name="name">The name of the event.</param>
    /// <param name="format">The text of the format file.</param>
    /// <param name="environment">What the records refer to.</param>
    public static BinaryEventSchema Parse(string? system, string name, ReadOnlySpan<byte> format, IEventEnvironment environment)
    {
        var fields = new List<EventFieldFormat>();
        foreach (var range in format.Split((byte)'\n'))
            if (EventFieldFormat.TryParse(format[range], out var field) && !field.Name.StartsWith("common_", StringComparison.Ordinal))
                fields.Add(field);
        return new BinaryEventSchema(system, name, fields, environment);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body) => [];

    /// <inheritdoc/>
    public override string Message(ReadOnlySpan<byte> body) => "";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack) => [];

    /// <inheritdoc/>
    public override FieldReader Reader(string field)
    {
        for (var i = 0; i < _fields.Count; i++)
        {
            var format = _fields[i];
            if (format.Name != field) continue;
            return format.IsNumber
                ? new FieldReader(this, i, format.Offset, format.Size, format.IsSigned, _environment.IsBigEndian)
                : new FieldReader(this, i);
        }
        return default;
    }

    /// <inheritdoc/>
    public override bool TryNumber(ReadOnlySpan<byte> body, int field, out long value)
    {
        value = 0;
        return false;
    }

    /// <inheritdoc/>
    public override bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text)
    {
        text = default;
        var format = _fields[field];
        if (format.IsNumber) return false;
        if (format.Declaration.StartsWith("__data_loc", StringComparison.Ordinal))
        {
            if (body.Length < format.Offset + 4) return false;
            var location = BitConverter.ToUInt32(body[format.Offset..]);
            var (at, size) = ((int)(location & 0xffff), (int)(location >> 16));
            if (at + size > body.Length) return false;
            text = body.Slice(at, size);
        }
        else
        {
            if (format.Offset + format.Size > body.Length) return false;
            text = body.Slice(format.Offset, format.Size);
        }
        if (text.IndexOf((byte)0) is >= 0 and var end) text = text[..end];
        return true;
    }
}
