using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceCmdReport;

/// <summary>Recognizes the lines of a report that are not events.</summary>
internal static class ReportLine
{
    /// <summary>
    /// Reads <c>CPU:1 [1205 EVENTS DROPPED]</c>, or <c>CPU:1 [EVENTS DROPPED]</c> if the number is not known.
    /// </summary>
    /// <param name="line">The line, without the spaces at its end.</param>
    /// <param name="instance">The name of the instance before it; empty if there is none.</param>
    /// <param name="cpu">The CPU that lost the events.</param>
    /// <param name="events">Number of lost events; null if it is not known.</param>
    public static bool TryParseLoss(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> instance, out int cpu, out long? events)
    {
        instance = default;
        (cpu, events) = (-1, null);
        if (!line.EndsWith("EVENTS DROPPED]"u8)) return false;
        var start = line.LastIndexOf("CPU:"u8);
        if (start < 0 || !TryInstance(line[..start], out instance)) return false;
        var at = start + 4;
        if (!DecimalText.TryRead(line, ref at, out var number) || number >= TraceLimits.MaxCpus) return false;
        cpu = (int)number;
        var rest = line[at..];
        if (rest.SequenceEqual(" [EVENTS DROPPED]"u8)) return true;
        if (!rest.StartsWith(" ["u8)) return false;
        at += 2;
        if (!DecimalText.TryRead(line, ref at, out var lost) || !line[at..].SequenceEqual(" EVENTS DROPPED]"u8)) return false;
        events = lost;
        return true;
    }

    /// <summary>Reads the column for the instance: blank, or a name with a colon and a space behind it.</summary>
    public static bool TryInstance(ReadOnlySpan<byte> column, out ReadOnlySpan<byte> name)
    {
        name = column.TrimStart((byte)' ');
        if (name.IsEmpty) return true;
        if (!name.EndsWith(": "u8)) return false;
        name = name[..^2];
        return true;
    }

    /// <summary>
    /// Whether a line is a message of trace-cmd, part of a stack trace, or the result of <c>-w</c>: it has no effect.
    /// </summary>
    public static bool IsMessage(ReadOnlySpan<byte> line)
    {
        var text = line.TrimStart(" \t"u8);
        return text.IsEmpty || text[0] == '#' || text.StartsWith("=> "u8) || IsHeader(text) || IsWakeUpTiming(text)
            || IsWarning(text);
    }

    private static bool IsHeader(ReadOnlySpan<byte> text)
    {
        if (text.StartsWith("version = "u8)) return true;
        if (text.StartsWith("CPU"u8)) return text.EndsWith(" is empty"u8) || text.IndexOf(" [SUBBUFFER START]"u8) > 0;
        var cpus = text.LastIndexOf("cpus="u8);
        return cpus >= 0 && TryInstance(text[..cpus], out _) && DecimalText.TryParse(text[(cpus + 5)..], out _);
    }

    private static bool IsWakeUpTiming(ReadOnlySpan<byte> text)
        => text.StartsWith("Average wakeup latency: "u8) || text.StartsWith("Maximum Latency: "u8)
            || text.StartsWith("Minimum Latency: "u8) || text.StartsWith("RT task timings:"u8);

    /// <summary>
    /// Whether a text is a message of trace-cmd or libtraceevent, which terminals and scripts mix into the report.
    /// </summary>
    private static bool IsWarning(ReadOnlySpan<byte> text)
        => text.StartsWith("trace-cmd: "u8) || text.StartsWith("libtraceevent: "u8) || text.StartsWith("Error: "u8)
            || text.StartsWith("Warning: "u8) || text.StartsWith("Fatal: "u8) || text.StartsWith("failed to "u8)
            || text.StartsWith("could not "u8) || text.StartsWith("bad op token "u8) || text.StartsWith("unknown op "u8)
            || (text.StartsWith("function "u8) && text.EndsWith(" not defined"u8))
            || (text[0] == '[' && text.IndexOf((byte)':') is > 1 and var colon && text.IndexOf((byte)']') > colon + 1
                && text.IndexOf((byte)' ') > colon);
}
