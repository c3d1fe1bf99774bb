using System.Buffers.Text;

namespace KernelMagnifier.Model;

/// <summary>Where the recorded kernel was loaded.</summary>
/// <param name="TextStart">The address of <c>_text</c> (or <c>_stext</c>); null if not known or hidden (kptr_restrict).</param>
/// <param name="Symbols">The kernel's copy of <c>/proc/kallsyms</c>; empty if not known.</param>
internal readonly record struct RecordedKernel(ulong? TextStart, ReadOnlyMemory<byte> Symbols = default)
{
    /// <summary>Finds the start of the kernel's code in a copy of <c>/proc/kallsyms</c>.</summary>
    public static RecordedKernel FromKallsyms(ReadOnlySpan<byte> text)
    {
        return new RecordedKernel(Find(text, " _text\n"u8) ?? Find(text, " _stext\n"u8));

        // A line reads: ffffffff81000000 T _text
        static ulong? Find(ReadOnlySpan<byte> text, ReadOnlySpan<byte> end)
        {
            var at = text.IndexOf(end);
            if (at < 0) return null;
            var line = text[(text[..at].LastIndexOf((byte)'\n') + 1)..at];
            return Utf8Parser.TryParse(line, out ulong address, out _, 'x') && address != 0 ? address : null;
        }
    }
}
