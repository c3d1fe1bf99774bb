using KernelMagnifier.Traces.Formats;

namespace KernelMagnifier.Fuzzing;

/// <summary>Records of events with fields of every kind. An input is the number of a format and the bytes of the record.</summary>
internal sealed class EventBodyTarget() : FuzzTarget("event-body")
{
    private static readonly BinaryEventSchema[] Schemas =
        [.. PrintFormatTarget.Seeds.Select(f => BinaryEventSchema.Parse("fuzz", "event", f, NoEnvironment.Instance))];

    /// <summary>Records with texts and arrays at different places.</summary>
    public static IEnumerable<byte[]> Seeds => Enumerable.Range(0, 10).Select(i => (byte[])
    [
        (byte)i, 7, 0, 0, 0, 1, 0, 0, 0, (byte)(i * 5), 0, 0, 0, .. "worker/0"u8, 56, 0, 6, 0, 34, 0, (byte)i, 0, 0, 0, 0, 0,
        1, 2, 3, 4, 5, 6, 7, 0x80, 2, 0, 0x1f, 0x90, 192, 168, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, .. "hello\0"u8, 0xff, 0xff, 3, 0, 0, 0, 0, 0,
    ]);

    /// <summary>The same record has the same text and fields, within their bounds.</summary>
    public static void CheckRecord(BinaryEventSchema schema, ReadOnlySpan<byte> body)
    {
        var text = new PrintText();
        schema.Write(text, body);
        Check(text.Length <= PrintText.Longest, $"a text of {text.Length} bytes");
        Check(schema.Message(body) == text.ToString(), $"two texts of one record");
        var fields = schema.Decode(body);
        Check(fields.Count == schema.Fields.Count, $"{fields.Count} of {schema.Fields.Count} fields");
        for (var i = 0; i < fields.Count; i++)
        {
            var reader = schema.Reader(fields[i].Name);
            Check(reader.Exists, $"field {i} has no reader");
            var isNumber = reader.TryNumber(body, out _);
            Check(!isNumber || fields.Any(f => f.Name == fields[i].Name && f.Value is not null), $"field {i} is a number only for its reader");
            Check(reader.Text(body).Length <= body.Length, $"the text of field {i} is longer than the record");
        }
        foreach (var frame in schema.Frames(body)) Check(frame.Length > 0, $"a frame without a name");
    }

    protected override void Read(ReadOnlySpan<byte> input)
    {
        if (input.IsEmpty) return;
        CheckRecord(Schemas[input[0] % Schemas.Length], input[1..]);
    }
}
