using System.Buffers.Text;

namespace KernelMagnifier.Compression;

/// <summary>
/// Names what a file is by its first bytes, if it is something other than what was expected, and what to do with it. All errors
/// about a foreign file say it in these words.
/// </summary>
/// <param name="Cause">What it is, as a sentence.</param>
/// <param name="Action">What to do, as a sentence; null if that depends on what was expected.</param>
internal sealed record ForeignContent(string Cause, string? Action)
{
    private const int BootMagic = 0x202, ArmMagic = 0x38;

    // Names and paths are short: a line without an end is no text.
    private const int LongestFirstLine = 4096;

    /// <summary>Whether it is an ELF file, the format of kernels, modules and programs.</summary>
    public bool IsElf { get; private init; }

    /// <summary>Whether it is compressed, so that its content is not known.</summary>
    public bool IsPacked { get; private init; }

    /// <summary>Whether it is a recording.</summary>
    public bool IsRecording { get; private init; }

    /// <summary>What the bytes are the start of; null if they are none of the known formats.</summary>
    /// <param name="head">The first bytes.</param>
    /// <param name="compression">The compression that the bytes were in, which <see cref="InputFile"/> removed; null for
    /// none.</param>
    public static ForeignContent? Of(ReadOnlySpan<byte> head, string? compression = null)
    {
        if (head.StartsWith("\u007fELF"u8))
            return compression is null
                ? new("this is an ELF file (a program, a kernel or a debug file).", null) { IsElf = true }
                : new($"this is an ELF file (a kernel, a module or a program), compressed with {compression}.",
                    Unpack(compression))
                {
                    IsElf = true,
                };
        if (Packed(head) is { } program)
            return new($"this file is compressed with {program}.", Unpack(program)) { IsPacked = true };
        if (Boot(head) is { } boot)
            return new($"this is {boot}, which has neither symbols nor debug information.",
                "Specify the vmlinux of this kernel; distributions ship it in a separate debug package.");
        if (head.StartsWith("PERFILE2"u8) || head.StartsWith("2ELIFREP"u8))
            return new("this is a perf.data file, which only perf can read.",
                "Convert it first: perf script -i FILE > FILE.txt");
        if (head.StartsWith("!<arch>"u8))
            return new("this is an archive or a Debian package.", "Extract it first: dpkg -x FILE DIR");
        if (head.StartsWith("\u0017\u0008\u0044tracing"u8) || head.StartsWith("# tracer: "u8))
            return new("this is a recording.", null) { IsRecording = true };
        return IsAddressList(head)
            ? new("this is a list of addresses (kallsyms, System.map), without source files.", null) : null;
    }

    private static string Unpack(string program) => $"Decompress it first: {program} -d FILE";

    /// <summary>The program that compressed a file; null if none did.</summary>
    private static string? Packed(ReadOnlySpan<byte> head)
        => head.StartsWith((ReadOnlySpan<byte>)[0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0]) ? "xz"
        : head.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) ? "gzip"
        : head.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD]) ? "zstd"
        : head is [0x04, 0x22, 0x4D, 0x18, ..] or [0x02, 0x21, 0x4C, 0x18, ..] ? "lz4"
        : head.StartsWith("BZh"u8) ? "bzip2"
        : null;

    /// <summary>The kind of a boot image; null if it is none.</summary>
    /// <remarks><c>Documentation/arch/x86/boot.rst</c> and <c>Documentation/arch/arm64/booting.rst</c> of the kernel.</remarks>
    private static string? Boot(ReadOnlySpan<byte> head)
        => head.Length > BootMagic + 4 && head[BootMagic..].StartsWith("HdrS"u8) ? "a Linux kernel image (bzImage)"
        : head.Length > ArmMagic + 4 && head[ArmMagic..].StartsWith("ARM\u0064"u8) ? "a Linux kernel image (Image of arm64)"
        : head.StartsWith("MZ"u8) ? "a boot image (EFI)"
        : null;

    private static bool IsAddressList(ReadOnlySpan<byte> head)
    {
        var line = head[..Math.Min(head.Length, LongestFirstLine)];
        if (line.IndexOf((byte)'\n') is > 0 and var end) line = line[..end];
        return Utf8Parser.TryParse(line, out ulong _, out var digits, 'x') && digits is 8 or 16 && line.Length > digits + 3
            && line[digits] == ' ' && char.IsAsciiLetter((char)line[digits + 1]) && line[digits + 2] == ' '
            && line.IndexOf((byte)'|') < 0;
    }
}
