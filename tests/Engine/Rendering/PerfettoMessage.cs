namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>A protobuf message, parsed by the wire format: numbers and nested bytes by field.</summary>
internal sealed class PerfettoMessage
{
    private readonly List<(int Field, ulong Number, byte[]? Bytes)> _fields = [];

    public PerfettoMessage(ReadOnlySpan<byte> bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var tag = Varint(bytes, ref at);
            if ((tag & 7) == 0)
            {
                _fields.Add(((int)(tag >> 3), Varint(bytes, ref at), null));
                continue;
            }
            Assert.Equal(2UL, tag & 7);
            var length = (int)Varint(bytes, ref at);
            _fields.Add(((int)(tag >> 3), 0, bytes.Slice(at, length).ToArray()));
            at += length;
        }
    }

    /// <summary>The number in a field; null if the message does not have it.</summary>
    public long? Number(int field) => _fields.FirstOrDefault(f => f.Field == field && f.Bytes is null) is { Field: > 0 } found ? (long)found.Number : null;

    /// <summary>The text in a field; null if the message does not have it.</summary>
    public string? Text(int field) => _fields.Find(f => f.Field == field).Bytes is { } bytes ? System.Text.Encoding.UTF8.GetString(bytes) : null;

    /// <summary>The messages in a field.</summary>
    public IEnumerable<PerfettoMessage> All(int field) => _fields.Where(f => f.Field == field && f.Bytes is not null).Select(f => new PerfettoMessage(f.Bytes));

    /// <summary>The first message of the fields that hold one.</summary>
    public (int Field, PerfettoMessage Message) Only => _fields.Where(f => f.Bytes is not null).Select(f => (f.Field, new PerfettoMessage(f.Bytes))).Single();

    private static ulong Varint(ReadOnlySpan<byte> bytes, ref int at)
    {
        var value = 0UL;
        for (var shift = 0; ; shift += 7)
        {
            var b = bytes[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }
    }
}
