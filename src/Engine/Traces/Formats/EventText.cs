namespace KernelMagnifier.Traces.Formats;

/// <summary>How the text of an event's records is made: by its <c>print fmt</c>, or as a list of its fields. Immutable.</summary>
internal abstract class EventText
{
    /// <summary>The parsed <c>print fmt</c>; null if the text is made in another way.</summary>
    public virtual PrintFormat? Format => null;

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
        if (schema is { System: "ftrace", Name: "bprint" } && BinaryPrintText.TryCreate(fields, environment) is { } binary) return binary;
        var at = file.IndexOf("\nprint fmt:"u8);
        var format = at < 0 ? null : PrintFormatParser.Parse(file[(at + 11)..].TrimEnd((byte)0), fields, environment.LongSize);
        return format is null ? new FieldListText(schema.Fields, environment) : new FormattedText(format, environment);
    }

    /// <summary>Appends the text of a record.</summary>
    protected abstract void Append(PrintText text, ReadOnlySpan<byte> body);

    private sealed class FormattedText(PrintFormat format, IEventEnvironment environment) : EventText
    {
        public override PrintFormat Format => format;

        protected override void Append(PrintText text, ReadOnlySpan<byte> body) => format.Write(text, body, environment);
    }
}
