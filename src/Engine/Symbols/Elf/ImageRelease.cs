using System.Text;

namespace KernelMagnifier.Symbols.Elf;

/// <summary>
/// The release (<c>uname -r</c>) that a kernel image or a module says of itself: in <c>linux_banner</c>, which begins with
/// <c>Linux version RELEASE (</c>, and in the <c>vermagic</c> of <c>.modinfo</c>.
/// </summary>
internal static class ImageRelease
{
    private const int LongestRelease = 128, Block = 1 << 20;

    // Sections of a distribution's kernel have 12 MB and 2 KB.
    private const long MostReadOnlyData = 256 << 20, MostModuleInformation = 1 << 20;

    private static ReadOnlySpan<byte> Banner => "Linux version "u8;

    private static ReadOnlySpan<byte> Vermagic => "vermagic="u8;

    /// <summary>The release; null when the file does not say it, as a file without code and data.</summary>
    public static string? Of(ElfFile elf)
    {
        try
        {
            return elf.IsRelocatable ? OfModule(elf) : OfKernel(elf);
        }
        catch (DamagedException)
        {
            return null;
        }
    }

    /// <summary>
    /// Whether a text can be a release. It becomes part of paths and of commands to paste, so it may not contain anything else.
    /// </summary>
    public static bool IsValid(string text)
        => text.Length is > 0 and < LongestRelease && text[0] != '.'
            && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_' or '+' or '~')
            && !text.Contains("..", StringComparison.Ordinal);

    private static string? OfModule(ElfFile elf)
    {
        if (elf.Find(".modinfo") is not { Size: > 0 and <= MostModuleInformation } section) return null;
        ReadOnlySpan<byte> rest = elf.Load(section);
        for (; !rest.IsEmpty; rest = rest.IndexOf((byte)0) is >= 0 and var end ? rest[(end + 1)..] : default)
            if (rest.StartsWith(Vermagic))
                return Word(rest[Vermagic.Length..]);
        return null;
    }

    private static string? OfKernel(ElfFile elf)
    {
        if (elf.Find(".rodata") is not { Size: > 0 and <= MostReadOnlyData } section) return null;
        // Blocks overlap, so that a banner is whole in one of them.
        var overlap = Banner.Length + LongestRelease;
        var buffer = new byte[(int)Math.Min(Block, section.Size)];
        for (long at = 0; at < section.Size; at += Block - overlap)
        {
            var block = buffer.AsSpan(0, (int)Math.Min(buffer.Length, section.Size - at));
            elf.ReadAt(section.Offset + at, block);
            for (ReadOnlySpan<byte> rest = block; rest.IndexOf(Banner) is >= 0 and var found;)
            {
                rest = rest[(found + Banner.Length)..];
                if (rest is [>= (byte)'0' and <= (byte)'9', ..] && Word(rest) is { } release) return release;
            }
            if (at + block.Length >= section.Size) break;
        }
        return null;
    }

    /// <summary>The text up to a space; null when it is no release.</summary>
    private static string? Word(ReadOnlySpan<byte> text)
    {
        if (text.Length > LongestRelease) text = text[..LongestRelease];
        var end = text.IndexOfAny((byte)' ', (byte)0);
        return end > 0 && Encoding.UTF8.GetString(text[..end]) is var release && IsValid(release) ? release : null;
    }
}
