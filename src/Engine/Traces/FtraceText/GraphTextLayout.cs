namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The columns a function_graph line may have before the calls, in this order.</summary>
/// <remarks><c>print_graph_prologue</c> in <c>kernel/trace/trace_functions_graph.c</c>.</remarks>
[Flags]
internal enum GraphTextColumns
{
    /// <summary>The calls alone (nocontext-info).</summary>
    None = 0,

    /// <summary><c>   18.711095 |  </c> (funcgraph-abstime).</summary>
    AbsoluteTime = 1,

    /// <summary><c>       12 us |  </c> (the latency tracers with display-graph).</summary>
    RelativeTime = 2,

    /// <summary><c> 1) </c> (funcgraph-cpu).</summary>
    Cpu = 4,

    /// <summary><c>   wl-219     | </c> (funcgraph-proc).</summary>
    Task = 8,

    /// <summary><c> d..1. | </c> (latency-format).</summary>
    Flags = 16,

    /// <summary><c>+ 22.995 us   |  </c> (funcgraph-duration).</summary>
    Duration = 32,
}

/// <summary>Finds out which columns a text has.</summary>
internal static class GraphTextLayout
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
    public static GraphTextColumns Detect(ReadOnlySpan<byte> head, out int read, out int unread)
    {
        var best = FromHeader(head);
        (read, unread) = Try(head, best);
        if (read > 0 && unread == 0) return best;
        for (var i = 0; i < Combinations; i++)
        {
            var columns = (GraphTextColumns)i;
            if (columns.HasFlag(GraphTextColumns.AbsoluteTime) && columns.HasFlag(GraphTextColumns.RelativeTime)) continue;
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

    private static GraphTextColumns FromHeader(ReadOnlySpan<byte> head)
    {
        var line = Header(head, "FUNCTION CALLS"u8);
        var columns = GraphTextColumns.None;
        if (line.IndexOf("REL TIME"u8) >= 0) columns |= GraphTextColumns.RelativeTime;
        else if (line.IndexOf(" TIME"u8) >= 0) columns |= GraphTextColumns.AbsoluteTime;
        if (line.IndexOf(" CPU"u8) >= 0) columns |= GraphTextColumns.Cpu;
        if (line.IndexOf("TASK/PID"u8) >= 0) columns |= GraphTextColumns.Task;
        if (line.IndexOf("||||"u8) >= 0) columns |= GraphTextColumns.Flags;
        if (line.IndexOf("DURATION"u8) >= 0) columns |= GraphTextColumns.Duration;
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

    private static (int Read, int Unread) Try(ReadOnlySpan<byte> head, GraphTextColumns columns)
    {
        var parser = new GraphLineParser(columns, new CallNames(new TraceInfo("")));
        var (read, unread) = (0, 0);
        for (var lines = 0; lines < MostLines; lines++)
        {
            // A last line without its newline may be cut by the end of the head.
            var end = head.IndexOf((byte)'\n');
            if (end < 0 && lines > 0) break;
            var line = end < 0 ? head : head[..end];
            if (parser.TryCall(line.TrimEnd((byte)'\r'), out _)) read++;
            else if (!GraphLineParser.IsAside(line)) unread++;
            if (end < 0) break;
            head = head[(end + 1)..];
        }
        return (read, unread);
    }
}
