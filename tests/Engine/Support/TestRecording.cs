using System.IO.Compression;
using KernelMagnifier.Compression;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Recordings as bytes.</summary>
internal static class TestRecording
{
    /// <summary>The decompressed bytes of a file.</summary>
    public static byte[] Bytes(string path)
    {
        using var input = InputFile.Open(path, InputKind.Recording);
        using var stream = input.OpenStream();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(bytes);
        return compressed.ToArray();
    }
}
