using KernelMagnifier.Files;

namespace KernelMagnifier.Compression;

/// <summary>
/// Detects what a recording is wrapped in: a byte order mark, a page of systrace, a JSON trace of Chrome, the compressed
/// output of atrace, the log of the kernel.
/// </summary>
internal static class InputLayers
{
    private const int LongestAtraceStart = 4096;

    // Bytes that tell UTF-16 from other text: the header, and the columns of a line before the names, are ASCII.
    private const int Utf16Sample = 32;

    private const string Utf16 = "this is UTF-16 text, and its start contains no line of a kernel trace.";

    private static ReadOnlySpan<byte> AtraceMark => "TRACE:\n"u8;

    private static ReadOnlySpan<byte> OldPage => "linuxPerfData"u8;

    /// <summary>The outermost layer of an input; null if its bytes are those of the recording itself.</summary>
    public static InputLayer? Of(InputFile input)
    {
        var head = input.Head;
        return ByteOrderMark(head) ?? Atrace(head) ?? (head.TrimStart(" \t\r\n"u8) is [var first, ..] ? first switch
        {
            (byte)'<' => Page(input) ?? Log(input),
            (byte)'{' => Json(input),
            _ => Log(input),
        } : null);
    }

    /// <summary>
    /// The layer of a log whose first lines are none of the kernel, such as a report that holds a part of the kernel's log.
    /// </summary>
    /// <param name="line">The line with the text <see cref="KernelLogText.Mark"/>.</param>
    public static InputLayer? OfDump(ReadOnlySpan<byte> line)
        => KernelLogPrefix.Length(line) > 0 ? LogLayer(dumpsOnly: true) : null;

    private static InputLayer? ByteOrderMark(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("\uFEFF"u8)) return new(s => new StreamAfter(s, 3), null);
        // UTF-32 begins with the mark of UTF-16 and two zeros.
        if (head is [0xFF, 0xFE, ..] and not [0xFF, 0xFE, 0, 0, ..])
            return new(s => new Utf16Text(new StreamAfter(s, 2), bigEndian: false), Utf16);
        if (head is [0xFE, 0xFF, ..]) return new(s => new Utf16Text(new StreamAfter(s, 2), bigEndian: true), Utf16);
        // The later part of such a file has no mark.
        var start = head[..(Math.Min(head.Length, Utf16Sample) & ~1)];
        if (start.Length < Utf16Sample / 2) return null;
        var (even, odd) = (0, 0);
        for (var i = 0; i < start.Length; i += 2)
            (even, odd) = (even + (start[i] == 0 ? 1 : 0), odd + (start[i + 1] == 0 ? 1 : 0));
        return even == 0 && odd == start.Length / 2 ? new(s => new Utf16Text(s, bigEndian: false), Utf16)
            : odd == 0 && even == start.Length / 2 ? new(s => new Utf16Text(s, bigEndian: true), Utf16)
            : null;
    }

    /// <summary>Detects the output of <c>atrace -z</c>: messages, a line <c>TRACE:</c>, and zlib data.</summary>
    private static InputLayer? Atrace(ReadOnlySpan<byte> head)
    {
        var mark = head[..Math.Min(head.Length, LongestAtraceStart)].IndexOf(AtraceMark);
        if (mark < 0 || (mark > 0 && head[mark - 1] != '\n')) return null;
        var start = mark + AtraceMark.Length;
        // RFC 1950: 32 KB of window, and both bytes together are divisible by 31.
        if (head.Length < start + 2 || head[start] != 0x78 || ((head[start] << 8) | head[start + 1]) % 31 != 0) return null;
        return new(s => new DecompressedStream(new StreamAfter(s, start), "zlib"), "this is the output of atrace, and it contains no line of a kernel trace.")
        {
            Compression = "zlib",
        };
    }

    private static InputLayer? Page(InputFile input)
    {
        const string What = "this is a page of systrace, and its data contain no line of a kernel trace.";
        if (input.Head.TrimStart(" \t\r\n"u8) is not [(byte)'<', (byte)'!' or (byte)'h' or (byte)'H', ..]) return null;
        if (input.Find(TraceDataScripts.Class) >= 0) return new(s => new TraceDataScripts(s), What);
        return input.Find(OldPage) >= 0 ? new(s => new EscapedString(s, OldPage.ToArray(), (byte)'='), What) : null;
    }

    private static InputLayer? Json(InputFile input)
        => input.Head.IndexOf("\"traceEvents\""u8) >= 0 || input.Find("\"systemTraceEvents\""u8) >= 0
            ? new(s => new EscapedString(s, "\"systemTraceEvents\""u8.ToArray(), (byte)':'),
                "this is a trace of Chrome (JSON) without the text of ftrace (systemTraceEvents).")
            : null;

    /// <summary>Detects the log of the kernel: most of the first lines have its prefix.</summary>
    private static InputLayer? Log(InputFile input)
    {
        var (lines, prefixed) = (0, 0);
        foreach (var range in input.Head.Split((byte)'\n'))
        {
            var line = input.Head[range];
            if (line.TrimEnd((byte)'\r').IsEmpty) continue;
            lines++;
            if (KernelLogPrefix.Length(line) > 0) prefixed++;
        }
        return prefixed * 2 <= lines ? null : LogLayer(dumpsOnly: input.Find(KernelLogText.Mark) >= 0);
    }

    private static InputLayer LogLayer(bool dumpsOnly)
        => new(s => new KernelLogText(s, dumpsOnly), "this is a log of the kernel without a dump of the ftrace buffer.");
}
