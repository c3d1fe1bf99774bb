using System.Buffers.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Reads the latency in the header of a latency tracer: <c># latency: 26 us, #4/4, CPU#2 | (M:…)</c>,
/// <c>#    | task: bash-1234 (uid:0 nice:0 policy:0 rt_prio:0)</c>, <c>#  =&gt; started at: function</c> and <c>ended at</c>.
/// </summary>
/// <remarks><c>print_trace_header</c> in <c>kernel/trace/trace.c</c>.</remarks>
internal static class LatencyHeader
{
    private const int MostLines = 64;
    private const int LongestName = 512;

    /// <summary>The latency in the first lines of a text; null if they contain none.</summary>
    public static TracerLatency? Of(ReadOnlySpan<byte> head)
    {
        TracerLatency? latency = null;
        for (var lines = 0; lines < MostLines && head is [(byte)'#', ..]; lines++)
        {
            var end = head.IndexOf((byte)'\n');
            var line = (end < 0 ? head : head[..end]).TrimEnd(" \r"u8);
            head = end < 0 ? default : head[(end + 1)..];
            if (line.StartsWith("# latency: "u8)) latency = ReadLatency(line["# latency: ".Length..]) ?? latency;
            else if (latency is not null) latency = ReadDetail(line[1..].TrimStart((byte)' '), latency);
        }
        return latency;
    }

    /// <summary>Reads <c>26 us, #4/4, CPU#2 | …</c></summary>
    private static TracerLatency? ReadLatency(ReadOnlySpan<byte> text)
    {
        var at = 0;
        if (!DecimalText.TryRead(text, ref at, out var number) || number > long.MaxValue / 1000
            || !text[at..].StartsWith(" us"u8)) return null;
        var cpu = text.IndexOf("CPU#"u8);
        return new TracerLatency(number * 1000,
            cpu > 0 && Utf8Parser.TryParse(text[(cpu + 4)..], out int found, out _) && found is >= 0 and < TraceLimits.MaxCpus
                ? found : null);
    }

    private static TracerLatency ReadDetail(ReadOnlySpan<byte> text, TracerLatency latency)
    {
        if (text.StartsWith("=> started at:"u8)) return latency with { StartedAt = Name(text["=> started at:".Length..].Trim((byte)' ')) };
        if (text.StartsWith("=> ended at:"u8)) return latency with { EndedAt = Name(text["=> ended at:".Length..].Trim((byte)' ')) };
        if (!text.StartsWith("| task: "u8)) return latency;
        text = text["| task: ".Length..];
        if (text.LastIndexOf(" (uid:"u8) is > 0 and var details) text = text[..details];
        var dash = text.LastIndexOf((byte)'-');
        return dash > 0 && DecimalText.TryParse(text[(dash + 1)..], out var pid) && pid <= int.MaxValue
            ? latency with { Comm = Name(text[..dash]), ProcessId = (int)pid }
            : latency;
    }

    private static string? Name(ReadOnlySpan<byte> text)
        => text.IsEmpty ? null : NameText.Decode(text[..Math.Min(text.Length, LongestName)]);
}
