using System.IO.Compression;

namespace KernelMagnifier.Compression;

/// <summary>
/// Tests whether gzip data that have ended are complete. .NET's gzip takes the end of its input for the end of the data, even
/// in the middle of them. So it gets one more complete gzip member: only after a complete one does it decompress this to the
/// original bytes.
/// </summary>
internal static class GzipProbe
{
    /// <summary>Whether the data are complete.</summary>
    /// <param name="decompressor">The stream that has returned all bytes.</param>
    /// <param name="compressed">Its input.</param>
    public static bool IsComplete(Stream decompressor, CompressedBytes compressed)
    {
        var mark = Guid.NewGuid().ToByteArray();
        using (var member = new MemoryStream())
        {
            using (var gzip = new GZipStream(member, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write(mark);
            compressed.Append(member.ToArray());
        }
        try
        {
            var back = new byte[mark.Length + 1];
            return decompressor.ReadAtLeast(back, back.Length, throwOnEndOfStream: false) == mark.Length
                && back.AsSpan(0, mark.Length).SequenceEqual(mark);
        }
        catch (Exception error) when (error is InvalidDataException or IOException)
        {
            return false;
        }
    }
}
