using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// Reads the lines of a kernel stack: <c> =&gt; function</c> in text of ftrace and trace-cmd, and
/// <c>\t ffffffff8f0528c8 __schedule+0x4f8 ([kernel.kallsyms])</c> in text of perf script.
/// </summary>
internal static class StackText
{
    /// <summary>Most frames of a stack.</summary>
    public const int MostFrames = 1024;

    /// <summary>The frames, innermost first, without those of user space.</summary>
    public static IReadOnlyList<string> Frames(ReadOnlySpan<byte> lines)
    {
        var frames = new List<string>();
        while (!lines.IsEmpty && frames.Count < MostFrames)
        {
            var end = lines.IndexOf((byte)'\n');
            var line = (end < 0 ? lines : lines[..end]).Trim(" \t\r"u8);
            lines = end < 0 ? default : lines[(end + 1)..];
            var frame = line.StartsWith("=> "u8) ? WithoutAddress(line[3..]) : FrameOfPerf(line);
            if (!frame.IsEmpty) frames.Add(NameText.Decode(frame));
        }
        return frames;
    }

    /// <summary>The name without the address in parentheses that trace-cmd adds.</summary>
    private static ReadOnlySpan<byte> WithoutAddress(ReadOnlySpan<byte> frame)
        => frame is [.., (byte)')'] && frame.LastIndexOf(" ("u8) is > 0 and var address ? frame[..address] : frame;

    /// <summary>The name with its offset, or the address if there is no name; empty for a frame in user space.</summary>
    private static ReadOnlySpan<byte> FrameOfPerf(ReadOnlySpan<byte> line)
    {
        var name = line;
        var isAddress = Utf8Parser.TryParse(line, out ulong address, out var used, 'x') && used < line.Length && line[used] == ' ';
        if (isAddress)
        {
            if ((long)address >= 0) return default;
            name = line[(used + 1)..].TrimStart((byte)' ');
        }
        if (name is [.., (byte)')'] && name.LastIndexOf(" ("u8) is > 0 and var dso) name = name[..dso];
        return isAddress && name.SequenceEqual("[unknown]"u8) ? line[..used] : name;
    }
}
