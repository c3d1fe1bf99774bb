namespace KernelMagnifier.Traces.Formats;

/// <summary>How the text of an event's records is made: by its <c>print fmt</c>, or as a list of its fields. Immutable.</summary>
internal abstract class EventText
{
    /// <summary>Appends the text of a record, without the line break at its end.</summary>
    public void Write(PrintText text, ReadOnlySpan<byte> body)
    {
        var from = text.Length;
        Append(text, body);
        if (text.Length > from && text.Written[^1] == '\n') text.Length--;
    }

    /// <summary>Parses the <c>print fmt</c> of a format file.</summary>
    public static EventText Parse(
        BinaryEventSchema schema, ReadOnlySpan<byte> file, IReadOnlyList<EventFieldFormat> fields, IEventEnvironment environment)
    {
        if (schema is { System: "ftrace", Name: "bprint" } && BinaryPrintText.TryCreate(fields, environment) is { } binary)
            return binary;
        var format = ParseFormat(file, fields, environment, isAsTraceCmd: true)
            ?? ParseFormat(file, fields, environment, isAsTraceCmd: false);
        return format is null ? new FieldListText(schema.Fields, environment) : new FormattedText(format, environment);
    }

    /// <summary>Parses the <c>print fmt</c> of a format file; null if it has none or if it cannot be parsed.</summary>
    /// <param name="file">The text of the format file.</param>
    /// <param name="fields">The fields of the event.</param>
    /// <param name="environment">What the records refer to.</param>
    /// <param name="isAsTraceCmd">Whether operators are applied in the order of <c>trace-cmd report</c>, not of C.</param>
    public static PrintFormat? ParseFormat(
        ReadOnlySpan<byte> file, IReadOnlyList<EventFieldFormat> fields, IEventEnvironment environment, bool isAsTraceCmd)
    {
        var at = file.IndexOf("\nprint fmt:"u8);
        return at < 0 ? null : PrintFormatParser.Parse(file[(at + 11)..].TrimEnd((byte)0), fields, environment, isAsTraceCmd);
    }

    /// <summary>Appends the text of a record.</summary>
    protected abstract void Append(PrintText text, ReadOnlySpan<byte> body);

    private sealed class FormattedText(PrintFormat format, IEventEnvironment environment) : EventText
    {
        protected override void Append(PrintText text, ReadOnlySpan<byte> body) => format.Write(text, body, environment);
    }
}
