using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>An event whose records are eight bytes for each field; a text field has the number of a text.</summary>
internal sealed class FakeSchema(string system, string name, params string[] fields) : EventSchema(system, name)
{
    private static readonly List<byte[]> Texts = [];
    private static readonly Lock Gate = new();

    /// <summary>A record.</summary>
    public byte[] Record(params object[] values)
    {
        var body = new byte[8 * fields.Length];
        for (var i = 0; i < values.Length; i++)
            BinaryPrimitives.WriteInt64LittleEndian(body.AsSpan(8 * i), values[i] is string text ? Add(text) : Convert.ToInt64(values[i], null));
        return body;
    }

    public override IReadOnlyList<EventField> Decode(ReadOnlySpan<byte> body) => [];

    public override string Message(ReadOnlySpan<byte> body) => "";

    public override IReadOnlyList<string> Frames(ReadOnlySpan<byte> stack) => [];

    public override FieldReader Reader(string field) => Array.IndexOf(fields, field) is >= 0 and var index ? new FieldReader(this, index) : default;

    public override bool TryNumber(ReadOnlySpan<byte> body, int field, out long value)
    {
        value = BinaryPrimitives.ReadInt64LittleEndian(body[(8 * field)..]);
        return !IsText(field);
    }

    public override bool TryText(ReadOnlySpan<byte> body, int field, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (!IsText(field)) return false;
        lock (Gate) text = Texts[(int)BinaryPrimitives.ReadInt64LittleEndian(body[(8 * field)..])];
        return true;
    }

    private bool IsText(int field) => fields[field] is "prev_comm" or "next_comm" or "comm" or "prev_state" or "name" or "rwbs" or "function";

    private static int Add(string text)
    {
        lock (Gate)
        {
            Texts.Add(Encoding.UTF8.GetBytes(text));
            return Texts.Count - 1;
        }
    }
}
