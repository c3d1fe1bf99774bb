using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Tables;

/// <summary>
/// The schema of events that were written as rows. A record is the fields as JSON and the text; a stack has a line for each
/// frame.
/// </summary>
internal sealed class StoredEventSchema(string? system, string name) : EventSchema(system, name)
{
    private readonly List<string> _fields = [];
    private readonly Lock _gate = new();

    /// <summary>The record of an event.</summary>
    public static byte[] Body(string fields, string? message)
    {
        var text = Encoding.UTF8.GetBytes(fields);
        return [.. BitConverter.GetBytes(text.Length), .. text, .. Encoding.UTF8.GetBytes(message ?? "")];
    }

    /// <summary>The stack of an event.</summary>
    public static byte[] Stack(IReadOnlyList<string?> frames) => Encoding.UTF8.GetBytes(string.Join('\n', frames));

    /// <inheritdoc/>
    public override IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body)
    {
        try
        {
            return FieldsJson.Read(Fields(body));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            return [];
        }
    }

    /// <inheritdoc/>
    public override string Message(ReadOnlySpan<byte> body)
        => Encoding.UTF8.GetString(body[(sizeof(int) + Fields(body).Length)..]);

    /// <inheritdoc/>
    public override IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack) => Encoding.UTF8.GetString(stack).Split('\n');

    /// <inheritdoc/>
    public override FieldReader Reader(string field)
    {
        lock (_gate)
        {
            _fields.Add(field);
            return new FieldReader(this, _fields.Count - 1);
        }
    }

    /// <inheritdoc/>
    public override bool TryNumber(ReadOnlySpan<byte> body, int field, out long value)
    {
        value = 0;
        switch (Value(body, field))
        {
            case long number: value = number; return true;
            case ulong number: value = unchecked((long)number); return true;
            // Texts of recordings have hexadecimal numbers.
            case string text when text.StartsWith("0x", StringComparison.Ordinal):
                return long.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, null, out value);
            case string text:
                return long.TryParse(text, NumberStyles.AllowLeadingSign, null, out value);
            default: return false;
        }
    }

    /// <inheritdoc/>
    public override bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text)
    {
        text = Value(body, field) is string value ? NameText.Encode(value) : default;
        return Value(body, field) is string;
    }

    private object? Value(ReadOnlySpan<byte> body, int field)
    {
        foreach (var (name, value, _) in Decode(body))
            if (name == _fields[field])
                return value;
        return null;
    }

    private static ReadOnlySpan<byte> Fields(ReadOnlySpan<byte> body) => body.Slice(sizeof(int), BitConverter.ToInt32(body));
}
