using System.Text;
using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>Converts UTF-16 to UTF-8. Half a pair of surrogates becomes U+FFFD.</summary>
/// <param name="source">The text, after its byte order mark.</param>
/// <param name="bigEndian">Whether the high byte comes first.</param>
internal sealed class Utf16Text(Stream source, bool bigEndian) : TransformedStream(source)
{
    private readonly Decoder _decoder = new UnicodeEncoding(bigEndian, byteOrderMark: false).GetDecoder();
    private readonly Encoder _encoder = Encoding.UTF8.GetEncoder();
    private readonly char[] _chars = new char[BufferSize];
    private readonly byte[] _bytes = new byte[BufferSize * 3];

    /// <inheritdoc/>
    protected override int Transform(ReadOnlySpan<byte> input, bool isEnd)
    {
        var chars = _decoder.GetChars(input, _chars, isEnd);
        Append(_bytes.AsSpan(0, _encoder.GetBytes(_chars.AsSpan(0, chars), _bytes, isEnd)));
        return input.Length;
    }
}
