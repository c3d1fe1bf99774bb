using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Finds the columns of a function_graph text.</summary>
internal static class FunctionGraphLayout
{
    private const int MaxLines = 400;

    private const int Combinations = 64;

    /// <summary>Whether a text has the header of the function_graph tracer.</summary>
    public static bool HasHeader(ReadOnlySpan<byte> head)
        => HeaderLine(head, "FUNCTION CALLS"u8) is not [] || HeaderLine(head, "# tracer: function_graph"u8) is [.., (byte)'h'];

    /// <summary>
    /// The columns with which most of the first lines can be parsed, or those in the header if all combinations are equal.
    /// Lines that are not calls (rules, lost events) do not count. Where a line can be parsed both with a column for the CPU and
    /// without it, it has one: <c>2) </c> at the start of every line is not the name of a task.
    /// </summary>
    /// <param name="head">The start of the text.</param>
    /// <param name="parsed">Number of lines that can be parsed with these columns.</param>
    /// <param name="notParsed">Number of lines that cannot.</param>
    public static FunctionGraphColumns Detect(ReadOnlySpan<byte> head, out int parsed, out int notParsed)
    {
        var best = FromHeader(head);
        // Of all attempts: their tables are most of the memory that the recognition of a text needs.
        var names = new CallNames();
        (parsed, notParsed) = Try(head, best, names);
        if (parsed > 0 && notParsed == 0) return best;
        for (var i = 0; i < Combinations; i++)
        {
            // Those with a column for the CPU first.
            var columns = (FunctionGraphColumns)i ^ FunctionGraphColumns.Cpu;
            if (columns.HasFlag(FunctionGraphColumns.AbsoluteTime) && columns.HasFlag(FunctionGraphColumns.RelativeTime))
                continue;
            var (good, bad) = Try(head, columns, names);
            if (good > parsed) (best, parsed, notParsed) = (columns, good, bad);
        }
        return best;
    }

    /// <summary>
    /// Whether a text holds only the returns of calls. With <c>tracing_thresh</c> the kernel records no entries, and prints the
    /// name of the function with each return.
    /// </summary>
    /// <remarks><c>graph_trace_init</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
    public static bool HoldsReturnsOnly(ReadOnlySpan<byte> head, FunctionGraphColumns columns)
    {
        var parser = new FunctionGraphLineParser(columns, new CallNames());
        var hasReturn = false;
        while (!head.IsEmpty)
        {
            var end = head.IndexOf((byte)'\n');
            var line = end < 0 ? head : head[..end];
            head = end < 0 ? default : head[(end + 1)..];
            if (!parser.TryParse(line.TrimEnd((byte)'\r'), out var token)) continue;
            if (token.Kind <= FunctionGraphTokenKind.Open) return false;
            hasReturn |= token.Kind == FunctionGraphTokenKind.Close;
        }
        return hasReturn;
    }

    /// <summary>The rest of the first comment line that contains a word, after the word; empty if there is none.</summary>
    public static ReadOnlySpan<byte> HeaderAfter(ReadOnlySpan<byte> head, ReadOnlySpan<byte> word)
    {
        var line = HeaderLine(head, word);
        return line.IsEmpty ? default : line[(line.IndexOf(word) + word.Length)..];
    }

    private static FunctionGraphColumns FromHeader(ReadOnlySpan<byte> head)
    {
        var line = HeaderLine(head, "FUNCTION CALLS"u8);
        var columns = FunctionGraphColumns.None;
        if (line.IndexOf("REL TIME"u8) >= 0) columns |= FunctionGraphColumns.RelativeTime;
        else if (line.IndexOf(" TIME"u8) >= 0) columns |= FunctionGraphColumns.AbsoluteTime;
        if (line.IndexOf(" CPU"u8) >= 0) columns |= FunctionGraphColumns.Cpu;
        if (line.IndexOf("TASK/PID"u8) >= 0) columns |= FunctionGraphColumns.Task;
        if (line.IndexOf("||||"u8) >= 0) columns |= FunctionGraphColumns.Flags;
        if (line.IndexOf("DURATION"u8) >= 0) columns |= FunctionGraphColumns.Duration;
        return columns;
    }

    /// <summary>The first comment line that contains a word; empty if there is none.</summary>
    private static ReadOnlySpan<byte> HeaderLine(ReadOnlySpan<byte> head, ReadOnlySpan<byte> word)
    {
        for (var lines = 0; lines < MaxLines && !head.IsEmpty; lines++)
        {
            var end = head.IndexOf((byte)'\n');
            var line = (end < 0 ? head : head[..end]).TrimEnd((byte)'\r');
            head = end < 0 ? default : head[(end + 1)..];
            if (line.StartsWith("#"u8) && line.IndexOf(word) >= 0) return line;
        }
        return default;
    }

    private static (int Parsed, int NotParsed) Try(ReadOnlySpan<byte> head, FunctionGraphColumns columns, CallNames names)
    {
        var parser = new FunctionGraphLineParser(columns, names);
        var (parsed, notParsed) = (0, 0);
        for (var lines = 0; lines < MaxLines; lines++)
        {
            // A last line without a newline can be cut off by the size of the head.
            var end = head.IndexOf((byte)'\n');
            if (end < 0 && lines > 0) break;
            var line = end < 0 ? head : head[..end];
            if (parser.TryParse(line.TrimEnd((byte)'\r'), out _)) parsed++;
            else if (!FunctionGraphLines.IsNotACall(line)) notParsed++;
            if (end < 0) break;
            head = head[(end + 1)..];
        }
        return (parsed, notParsed);
    }
}
