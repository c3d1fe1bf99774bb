using System.Buffers;
using System.Text;

namespace KernelMagnifier.Text;

/// <summary>Writes a text to a stream in blocks.</summary>
internal static class StreamedText
{
    private const int BlockSize = 1 << 16, Part = 1 << 13;

    // In UTF-8, of a character of UTF-16.
    private const int BytesOfCharacter = 4;

    /// <summary>Writes the text as UTF-8 and clears it once it is at least 64 Ki characters long.</summary>
    /// <param name="text">The text.</param>
    /// <param name="output">The stream.</param>
    /// <param name="all">Write the text whatever its length.</param>
    public static void FlushTo(this StringBuilder text, Stream output, bool all = false)
    {
        if (!all && text.Length < BlockSize) return;
        var encoder = Encoding.UTF8.GetEncoder();
        var bytes = ArrayPool<byte>.Shared.Rent(Part * BytesOfCharacter);
        // A character can be in two parts.
        foreach (var chunk in text.GetChunks())
            for (var rest = chunk.Span; !rest.IsEmpty; rest = rest[Math.Min(Part, rest.Length)..])
                output.Write(bytes, 0, encoder.GetBytes(rest[..Math.Min(Part, rest.Length)], bytes, flush: false));
        output.Write(bytes, 0, encoder.GetBytes([], bytes, flush: true));
        ArrayPool<byte>.Shared.Return(bytes);
        text.Clear();
    }
}
