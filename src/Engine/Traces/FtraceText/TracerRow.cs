using System.Buffers;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Recognizes the rows of the tracers that measure latencies themselves: <c>#1  context    irq timer_latency   90930 ns</c> of
/// timerlat, <c>#1  inner/outer(us): 12/14 ts:1.2 count:3</c> of hwlat, and the numbers of osnoise.
/// </summary>
/// <remarks><c>trace_timerlat_print</c>, <c>trace_hwlat_print</c> and <c>trace_osnoise_print</c> in
/// <c>kernel/trace/trace_output.c</c>.</remarks>
internal static class TracerRow
{
    private const int NumbersOfOsnoise = 9;

    private static readonly SearchValues<byte> Decimals = SearchValues.Create("0123456789."u8);

    /// <summary>The name of the kernel's event for a row; empty if the text is none.</summary>
    public static ReadOnlySpan<byte> NameOf(ReadOnlySpan<byte> body)
    {
        if (body[0] == '#')
        {
            var at = 1;
            if (!DecimalText.TryRead(body, ref at, out _)) return default;
            var rest = body[at..].TrimStart((byte)' ');
            return rest.StartsWith("context "u8) && rest.IndexOf(" timer_latency "u8) > 0 ? "timerlat"u8
                : rest.StartsWith("inner/outer(us):"u8) ? "hwlat"u8
                : default;
        }
        return (uint)(body[0] - '0') <= 9 && IsOsnoise(body) ? "osnoise"u8 : default;
    }

    private static bool IsOsnoise(ReadOnlySpan<byte> body)
    {
        var numbers = 0;
        while (!body.IsEmpty)
        {
            var end = body.IndexOf((byte)' ');
            var word = end < 0 ? body : body[..end];
            // The third is a percentage with decimals.
            if (word.IndexOfAnyExcept(Decimals) >= 0 || (numbers != 2 && !DecimalText.TryParse(word, out _))) return false;
            numbers++;
            body = end < 0 ? default : body[end..].TrimStart((byte)' ');
        }
        return numbers == NumbersOfOsnoise;
    }
}
