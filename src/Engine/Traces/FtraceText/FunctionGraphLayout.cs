using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Finds out which columns a text has.</summary>
internal static class FunctionGraphLayout
{
    private const int MostLines = 400;

    private const int Combinations = 64;

    /// <summary>Whether a header says that function_graph lines follow.</summary>
    public static bool HasHeader(ReadOnlySpan<byte> head)
        => Header(head, "FUNCTION CALLS"u8) is not [] || Header(head, "# tracer: function_graph"u8) is [.., (byte)'h'];

    /// <summary>
    /// The columns under which most of the first lines can be read; those the header names when that does not tell.
    /// Lines that are no calls (separators, lost events) do not count.
    /// </summary>
    /// <param name="head">The start of the text.</param>
    /// <param name="read">Lines that can be read with these columns.</param>
    /// <param name="unread">Lines that cannot.</param>
    public static FunctionGraphColumns Detect(ReadOnlySpan<byte> head, out int read, out int unread)
    {
        var best = FromHeader(head);
        (read, unread) = Try(head, best);
        if (read > 0 && unread == 0) return best;
        for (var i = 0; i < Combinations; i++)
        {
            var columns = (FunctionGraphColumns)i;
            if (columns.HasFlag(FunctionGraphColumns.AbsoluteTime) && columns.HasFlag(FunctionGraphColumns.RelativeTime)) continue;
            var (good, bad) = Try(head, columns);
            if (good > read) (best, read, unread) = (columns, good, bad);
        }
        return best;
    }

    /// <summary>What follows a word of the header in the same line, or nothing.</summary>
    public static ReadOnlySpan<byte> HeaderAfter(ReadOnlySpan<byte> head, ReadOnlySpan<byte> word)
    {
        var line = Header(head, word);
        return line.IsEmpty ? default : line[(line.IndexOf(word) + word.Length)..];
    }

    private static FunctionGraphColumns FromHeader(ReadOnlySpan<byte> head)
    {
        var line = Header(head, "FUNCTION CALLS"u8);
        var columns = FunctionGraphColumns.None;
        if (line.IndexOf("REL TIME"u8) >= 0) columns |= FunctionGraphColumns.RelativeTime;
        else if (line.IndexOf(" TIME"u8) >= 0) columns |= FunctionGraphColumns.AbsoluteTime;
        if (line.IndexOf(" CPU"u8) >= 0) columns |= FunctionGraphColumns.Cpu;
        if (line.IndexOf("TASK/PID"u8) >= 0) columns |= FunctionGraphColumns.Task;
        if (line.IndexOf("||||"u8) >= 0) columns |= FunctionGraphColumns.Flags;
        if (line.IndexOf("DURATION"u8) >= 0) columns |= FunctionGraphColumns.Duration;
        return columns;
    }

    /// <summary>The first comment line that holds a word, or nothing.</summary>
    private static ReadOnlySpan<byte> Header(ReadOnlySpan<byte> head, ReadOnlySpan<byte> word)
    {
        for (var lines = 0; lines < MostLines && !head.IsEmpty; lines++)
        {
            var end = head.IndexOf((byte)'\n');
            var line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
            head = end < 0 ? default : head[(end + 1)..];
            if (line.StartsWith("#"u8) && line.IndexOf(word) >= 0) return line;
        }
        return default;
    }

    private static (int Read, int Unread) Try(ReadOnlySpan<byte> head, FunctionGraphColumns columns)
    {
        var parser = new FunctionGraphLineParser(columns, new CallNames());
        var (read, unread) = (0, 0);
        for (var lines = 0; lines < MostLines; lines++)
        {
            // A last line without its newline may be cut by the end of the head.
            var end = head.IndexOf((byte)'\n');
            if (end < 0 && lines > 0) break;
            var line = end < 0 ? head : head[..end];
            if (parser.TryCall(line.TrimEnd((byte)'\r'), out _)) read++;
            else if (!FunctionGraphLineParser.IsAside(line)) unread++;
            if (end < 0) break;
            head = head[(end + 1)..];
        }
        return (read, unread);
    }
}
