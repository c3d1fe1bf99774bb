using System.Buffers.Text;

namespace KernelMagnifier;

/// <summary>What a recording tells of where its kernel was loaded.</summary>
/// <param name="TextStart">The address of <c>_text</c> (or <c>_stext</c>) in the recorded kernel; null when not known, or hidden (kptr_restrict).</param>
public readonly record struct RecordedKernel(ulong? TextStart)
{
    /// <summary>Finds the start of the kernel's code in the text of <c>/proc/kallsyms</c>.</summary>
    public static RecordedKernel FromKallsyms(ReadOnlySpan<byte> text)
    {
        ulong? start = null;
        while (!text.IsEmpty)
        {
            var end = text.IndexOf((byte)'\n');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            // A line: ffffffff81000000 T _text
            var isText = line.EndsWith(" _text"u8);
            if (!isText && !line.EndsWith(" _stext"u8)) continue;
            if (!Utf8Parser.TryParse(line, out ulong address, out _, 'x') || address == 0) continue;
            if (isText) return new RecordedKernel(address);
            start ??= address;
        }
        return new RecordedKernel(start);
    }
}
