using System.Globalization;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// The schema of events that come back from another process: it reads the fields of the object that is <see cref="Current"/>.
/// </summary>
internal sealed class ObjectEventSchema(string? system, string name) : EventSchema(system, name)
{
    private readonly List<string> _fields = [];
    private byte[] _text = [];

    /// <summary>The event that is read.</summary>
    public InputProperties Current { get; set; } = null!;

    /// <inheritdoc/>
    public override IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body) => ObjectFields.Of(Current);

    /// <inheritdoc/>
    public override string Message(ReadOnlySpan<byte> body) => Current.Value(nameof(KernelEvent.Message)) as string ?? "";

    /// <inheritdoc/>
    public override IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack) => [];

    /// <inheritdoc/>
    public override FieldReader Reader(string field)
    {
        if (Value(field) is null) return default;
        _fields.Add(field);
        return new FieldReader(this, _fields.Count - 1);
    }

    /// <inheritdoc/>
    public override bool TryNumber(ReadOnlySpan<byte> body, int field, out long value)
    {
        value = 0;
        switch (Value(_fields[field]))
        {
            case ulong unsigned:
                value = unchecked((long)unsigned);
                return true;
            case (byte or sbyte or short or ushort or int or uint or long) and var number:
                value = Convert.ToInt64(number, CultureInfo.InvariantCulture);
                return true;
            case string text when text.StartsWith("0x", StringComparison.Ordinal):
                return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            case string text:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    public override bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (Value(_fields[field]) is not string value) return false;
        text = _text = NameText.Encode(value);
        return true;
    }

    /// <summary>The value of a field: from the fields of the event, which no other property hides, else the property.</summary>
    private object? Value(string field)
        => ObjectFields.TryValue(Current, field, out var value) ? value : Current.Value(field);
}
