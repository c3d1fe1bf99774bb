using System.IO.Compression;
using System.Text;
using KernelMagnifier.Compression;

namespace KernelMagnifier.Probes.Kernels;

/// <summary>Reads files of a description, which may be compressed: <c>NAME</c>, <c>NAME.gz</c> or <c>NAME.zst</c>.</summary>
internal static class KernelText
{
    private const int Longest = 128 << 20;

    /// <summary>The lines of a file; null if it is not there or cannot be read.</summary>
    public static IEnumerable<string>? Lines(string path)
        => Bytes(path) is { } bytes ? Split(Encoding.UTF8.GetString(bytes)) : null;

    /// <summary>The decompressed bytes of a file; null if it is not there or cannot be read.</summary>
    /// <exception cref="InvalidDataException">It is damaged or too long.</exception>
    public static byte[]? Bytes(string path)
    {
        foreach (var suffix in (ReadOnlySpan<string>)["", ".gz", ".zst"])
        {
            if (!File.Exists(path + suffix)) continue;
            try
            {
                using var file = File.OpenRead(path + suffix);
                using var plain = Open(file, path + suffix);
                return ReadAll(plain, path + suffix);
            }
            catch (Exception error) when (error is UnauthorizedAccessException or IOException)
            {
                return null;
            }
        }
        return null;
    }

    private static Stream Open(FileStream file, string path)
    {
        if (path.EndsWith(".gz", StringComparison.Ordinal)) return new GZipStream(file, CompressionMode.Decompress);
        return path.EndsWith(".zst", StringComparison.Ordinal) ? new ZstdStream(file) : file;
    }

    private static byte[] ReadAll(Stream stream, string path)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 << 10];
        for (int n; (n = stream.Read(buffer)) > 0;)
        {
            if (all.Length + n > Longest) throw new InvalidDataException($"{path} is longer than {Longest >> 20} MiB.");
            all.Write(buffer, 0, n);
        }
        return all.ToArray();
    }

    private static IEnumerable<string> Split(string text)
    {
        using var reader = new StringReader(text);
        while (reader.ReadLine() is { } line) yield return line;
    }
}
