namespace KernelMagnifier.Traces.Formats;

/// <summary>The text of an event without a <c>print fmt</c> that can be parsed: <c>name=value</c> for each field.</summary>
internal sealed class FieldListText(IReadOnlyList<EventFieldFormat> fields, IEventEnvironment environment) : EventText
{
    /// <inheritdoc/>
    protected override void Append(PrintText text, ReadOnlySpan<byte> body)
    {
        for (var i = 0; i < fields.Count && !text.IsFull; i++)
        {
            if (i > 0) text.Append((byte)' ');
            text.Append(fields[i].NameBytes);
            text.Append((byte)'=');
            Append(text, fields[i], body);
        }
    }

    private void Append(PrintText text, EventFieldFormat field, ReadOnlySpan<byte> body)
    {
        if (!field.TryLocate(body, environment.IsBigEndian, out var offset, out var length)) return;
        var bytes = body.Slice(offset, length);
        if (field.Shape == FieldShape.Text)
        {
            text.Append(FieldDecoder.UpToNull(bytes));
            return;
        }
        if (field.Shape == FieldShape.Array)
        {
            PrintBytes.Hex(text, bytes, " "u8);
            return;
        }
        var value = FieldDecoder.Unsigned(bytes, environment.IsBigEndian);
        PrintNumbers.Write(text, field.IsSigned ? Signed : Unsigned, 0, -1, SignExtended(value, field));
    }

    private static readonly PrintConversion Signed = new() { Type = (byte)'d', Size = 2 };
    private static readonly PrintConversion Unsigned = new() { Type = (byte)'u', Size = 2 };

    private static ulong SignExtended(ulong value, EventFieldFormat field)
    {
        var unused = 64 - (8 * field.Size);
        return field.IsSigned ? (ulong)((long)(value << unused) >> unused) : value;
    }
}
