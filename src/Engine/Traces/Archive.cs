using System.Buffers.Binary;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces;

/// <summary>Recognizes archives, whose first file can look like a recording with some damage.</summary>
internal static class Archive
{
    private const int TarHeader = 512, TarMagic = 257, TarName = 100;
    private const int ZipHeader = 30, ZipNameLength = 26;
    private const int LongestName = 80;
    private const string Then = "Then name the recording that was in it.";

    /// <summary>
    /// What an archive is, with the name of its first file, and what to do with it; null if the bytes are not the start of one.
    /// </summary>
    /// <param name="head">The start of the file, decompressed.</param>
    /// <param name="compression">The compression; null if the file is not compressed.</param>
    public static (string Cause, string Action)? Of(ReadOnlySpan<byte> head, string? compression)
    {
        var with = compression is null ? "" : $", compressed with {compression}";
        if (head.StartsWith("PK\x03\x04"u8) || head.StartsWith("PK\x05\x06"u8))
            return ($"this is a ZIP archive{with}{First(ZipName(head))}.", $"Extract it first: unzip FILE. {Then}");
        if (!IsTar(head)) return null;
        return ($"this is a tar archive{with}{First(head[..TarName])}.", $"Extract it first: tar -xf FILE. {Then}");
    }

    private static bool IsTar(ReadOnlySpan<byte> head)
        => head.Length >= TarHeader && head[TarMagic..].StartsWith("ustar"u8) && head[TarMagic + 5] is 0 or (byte)' '
            && head[..TarHeader].IndexOf((byte)0) >= 0;

    private static ReadOnlySpan<byte> ZipName(ReadOnlySpan<byte> head)
    {
        if (head.Length < ZipHeader || head[2] != 3) return default;
        var length = BinaryPrimitives.ReadUInt16LittleEndian(head[ZipNameLength..]);
        return head.Slice(ZipHeader, Math.Min(length, head.Length - ZipHeader));
    }

    private static string First(ReadOnlySpan<byte> name)
    {
        var end = name.IndexOf((byte)0);
        if (end >= 0) name = name[..end];
        return name.IsEmpty ? "" : $", which starts with '{DisplayText.Fit(NameText.Decode(name), LongestName)}'";
    }
}
