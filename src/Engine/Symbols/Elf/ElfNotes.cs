using System.Buffers.Binary;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// ELF notes: a header (Elf64_Nhdr: name size, descriptor size, type), then the name and the descriptor, each padded to 4 bytes.
/// They are in the note sections of ELF files and in <c>notes</c> files of sysfs.
/// </summary>
internal static class ElfNotes
{
    private const int HeaderSize = 12;
    private const uint GnuBuildId = 3; // NT_GNU_BUILD_ID

    /// <summary>Finds the GNU build id.</summary>
    /// <param name="notes">The notes, little-endian. Untrusted.</param>
    /// <returns>The build id in lower-case hexadecimal; null when there is none of 4 to 64 bytes.</returns>
    public static string? BuildId(ReadOnlySpan<byte> notes)
    {
        while (notes.Length >= HeaderSize)
        {
            var nameSize = BinaryPrimitives.ReadUInt32LittleEndian(notes);
            var size = BinaryPrimitives.ReadUInt32LittleEndian(notes[4..]);
            var type = BinaryPrimitives.ReadUInt32LittleEndian(notes[8..]);
            var descriptor = HeaderSize + Padded(nameSize);
            if (descriptor + size > notes.Length) return null;
            if (type == GnuBuildId && size is >= 4 and <= 64 && nameSize == 4
                && notes.Slice(HeaderSize, 4).SequenceEqual("GNU\0"u8))
                return Convert.ToHexStringLower(notes.Slice((int)descriptor, (int)size));
            var next = descriptor + Padded(size);
            if (next >= notes.Length) return null;
            notes = notes[(int)next..];
        }
        return null;
    }

    /// <summary>Finds the GNU build id in a file of notes, such as <c>/sys/kernel/notes</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The build id in lower-case hexadecimal; null when the file has none or cannot be read.</returns>
    public static string? BuildIdOfFile(string path)
    {
        try
        {
            return File.Exists(path) ? BuildId(File.ReadAllBytes(path)) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static long Padded(uint size) => (size + 3L) & ~3L;
}
