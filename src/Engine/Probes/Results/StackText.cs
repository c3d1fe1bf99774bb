namespace KernelMagnifier.Probes.Results;

/// <summary>Reads stacks as bpftrace prints them: a line break, and a line with blanks before it for each frame.</summary>
internal static class StackText
{
    private const int MostFrames = 1024;
    private const string NewBreak = "\\n        ";

    /// <summary>
    /// A key or value as version 0.17 prints it. Version 0.23 prints the line breaks of a stack as a backslash and an n, with
    /// eight blanks before each frame.
    /// </summary>
    public static string Plain(string text)
    {
        var at = text.IndexOf(NewBreak, StringComparison.Ordinal);
        if (at < 0 || (at > 0 && text[at - 1] != ',') || text.Contains('\n', StringComparison.Ordinal)) return text;
        var plain = text.Replace(NewBreak, "\n    ", StringComparison.Ordinal).Replace("\\n,", "\n,", StringComparison.Ordinal);
        return plain.EndsWith("\\n", StringComparison.Ordinal) ? plain[..^2] + "\n" : plain;
    }

    /// <summary>Whether a text is a stack, or begins with one.</summary>
    public static bool Starts(ReadOnlySpan<char> text) => text.StartsWith("\n ") || text.StartsWith("\n\t");

    /// <summary>The frames, innermost first; null if the text is no stack.</summary>
    public static string[]? Frames(string text)
    {
        if (!Starts(text)) return text.Trim('\n').Length == 0 && text.Length > 0 ? [] : null;
        var frames = new List<string>();
        foreach (var line in text.AsSpan(1).TrimEnd('\n').EnumerateLines())
        {
            if (line.Length < 2 || line[0] is not (' ' or '\t') || frames.Count >= MostFrames) return null;
            frames.Add(WithoutAddress(line.Trim()).ToString());
        }
        return [.. frames];
    }

    /// <summary>The functions of some frames.</summary>
    public static string[] Functions(string[] frames) => Array.ConvertAll(frames, Function);

    /// <summary>
    /// Where the stack in a key begins and ends, found by its shape; null for none, and if there could be several. A task can
    /// have line breaks in its name.
    /// </summary>
    public static (int Start, int End)? Find(string key)
    {
        var start = key.IndexOf("\n    ", StringComparison.Ordinal);
        if (start < 0 || (start > 0 && key[start - 1] != ',')) return null;
        if (key.IndexOf(",\n", start + 1, StringComparison.Ordinal) >= 0) return null;
        var end = key.LastIndexOf('\n') + 1;
        return end < key.Length && key[end] != ',' ? null : (start, end);
    }

    private static string Function(string frame)
    {
        var plus = frame.LastIndexOf('+');
        if (plus <= 0 || plus == frame.Length - 1) return frame;
        var end = plus + 1;
        while (end < frame.Length && (char.IsAsciiHexDigit(frame[end]) || frame[end] == 'x')) end++;
        return end == frame.Length || frame[end] == ' ' ? frame[..plus] : frame;
    }

    /// <summary>In the form of perf, the address is before the function.</summary>
    private static ReadOnlySpan<char> WithoutAddress(ReadOnlySpan<char> frame)
    {
        var blank = frame.IndexOf(' ');
        if (blank < 8) return frame;
        foreach (var c in frame[..blank])
            if (!char.IsAsciiHexDigit(c))
                return frame;
        return frame[(blank + 1)..];
    }
}
