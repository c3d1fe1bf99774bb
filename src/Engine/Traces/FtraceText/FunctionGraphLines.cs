namespace KernelMagnifier.Traces.FtraceText;

/// <summary>Recognizes the lines of function_graph text that are neither calls nor events.</summary>
internal static class FunctionGraphLines
{
    /// <summary>
    /// Whether a line does not determine the columns of the text: blank, header, lost events, task switch, overruns, or stack
    /// trace.
    /// </summary>
    public static bool IsNotACall(ReadOnlySpan<byte> line)
    {
        line = line.TrimEnd(" \r"u8);
        return IsBlankOrComment(line) || IsDetail(line) || LostEventsLine.TryParse(line, out _, out _) || IsStackTrace(line)
            || line.IndexOf(" => "u8) > 0;
    }

    /// <summary>Whether a line, without the spaces at its end, is empty or part of the header.</summary>
    public static bool IsBlankOrComment(ReadOnlySpan<byte> line) => line.IsEmpty || line[0] == '#';

    /// <summary>
    /// Whether a line belongs to another one: the rule around a task switch (<c> -----------</c>), <c> (Overruns: 0)</c> after
    /// a return, or <c> => function</c> in a stack trace.
    /// </summary>
    public static bool IsDetail(ReadOnlySpan<byte> line)
        => (line.Length > 8 && line[0] == ' ' && line[1..].IndexOfAnyExcept((byte)'-') < 0)
            || line.StartsWith(" (Overruns: "u8) || line.StartsWith(" => "u8);

    /// <summary>Whether a line starts the stack trace of the kernel or of user space.</summary>
    public static bool IsStackTrace(ReadOnlySpan<byte> line)
        => line.EndsWith("<stack trace>"u8) || line.EndsWith("<user stack trace>"u8);
}
