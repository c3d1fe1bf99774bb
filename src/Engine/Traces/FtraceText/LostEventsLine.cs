using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Lines that report lost events: <c>CPU:1 [LOST 123 EVENTS]</c>, or <c>CPU:1 [LOST EVENTS]</c> if the kernel does not know the
/// number.
/// </summary>
/// <remarks><c>print_trace_line</c> in <c>kernel/trace/trace.c</c>.</remarks>
internal static class LostEventsLine
{
    /// <summary>Reads the line.</summary>
    /// <param name="line">The line, without the white space at its end.</param>
    /// <param name="cpu">The CPU that lost the events.</param>
    /// <param name="events">Number of lost events; null if the kernel does not know it.</param>
    public static bool TryParse(ReadOnlySpan<byte> line, out int cpu, out long? events)
    {
        (cpu, events) = (-1, null);
        if (!line.StartsWith("CPU:"u8)) return false;
        var at = 4;
        if (!DecimalText.TryRead(line, ref at, out var number) || number >= TraceLimits.MaxCpus) return false;
        cpu = (int)number;
        var rest = line[at..];
        if (rest.SequenceEqual(" [LOST EVENTS]"u8)) return true;
        if (!rest.StartsWith(" [LOST "u8)) return false;
        at += 7;
        if (!DecimalText.TryRead(line, ref at, out var lost) || !line[at..].SequenceEqual(" EVENTS]"u8)) return false;
        events = lost;
        return true;
    }

    /// <summary>Counts the lost events, or the loss if their number is not known.</summary>
    public static void Count(int cpu, long? events, TraceStatistics statistics)
    {
        if (events is { } lost) statistics.Lost(cpu, lost);
        else statistics.LostUncounted(cpu);
    }
}
