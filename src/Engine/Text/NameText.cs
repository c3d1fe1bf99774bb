using System.Globalization;
using System.Text;
using System.Text.Unicode;

namespace KernelMagnifier.Text;

/// <summary>
/// Converts the bytes of a name to text and back. The kernel passes on bytes, and a task can choose bytes that are not UTF-8. Such
/// a byte becomes <c>\xe9</c>, so different names stay different, in every output and in filters. Where a name contains that text
/// itself, its backslash becomes <c>\x5c</c>. All other names are unchanged.
/// </summary>
internal static class NameText
{
    private const int EscapeLength = 4;

    /// <summary>The text of a name.</summary>
    public static string Decode(ReadOnlySpan<byte> name)
    {
        if (IsPlain(name)) return Encoding.UTF8.GetString(name);
        var text = new StringBuilder(name.Length + 16);
        while (!name.IsEmpty)
        {
            if (Rune.DecodeFromUtf8(name, out var rune, out var length) != System.Buffers.OperationStatus.Done)
                foreach (var b in name[..length]) Append(text, b);
            else if (IsEscape(name)) Append(text, (byte)'\\');
            else text.Append(rune.ToString());
            name = name[length..];
        }
        return text.ToString();
    }

    /// <summary>The bytes of a name: what <see cref="Decode"/> converts to this text.</summary>
    public static byte[] Encode(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        if (bytes.AsSpan().IndexOf("\\x"u8) < 0) return bytes;
        var length = 0;
        for (var at = 0; at < bytes.Length; at++)
        {
            var isEscape = IsEscape(bytes.AsSpan(at));
            bytes[length++] = isEscape ? Value(bytes.AsSpan(at)) : bytes[at];
            if (isEscape) at += EscapeLength - 1;
        }
        return bytes[..length];
    }

    /// <summary>Whether the text of a name is the same as its bytes in UTF-8.</summary>
    public static bool IsPlain(ReadOnlySpan<byte> name) => Utf8.IsValid(name) && name.IndexOf("\\x"u8) < 0;

    private static void Append(StringBuilder text, byte value) => text.Append(CultureInfo.InvariantCulture, $"\\x{value:x2}");

    /// <summary>Whether this is what <see cref="Decode"/> writes for a byte that is not UTF-8, or for a backslash.</summary>
    private static bool IsEscape(ReadOnlySpan<byte> text)
        => text is [(byte)'\\', (byte)'x', >= (byte)'8' and <= (byte)'9' or >= (byte)'a' and <= (byte)'f', var low, ..]
            && low is >= (byte)'0' and <= (byte)'9' or >= (byte)'a' and <= (byte)'f'
            || text.StartsWith("\\x5c"u8);

    private static byte Value(ReadOnlySpan<byte> escape) => Convert.FromHexString(escape[2..EscapeLength])[0];
}
