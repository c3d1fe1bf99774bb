using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Probes.Results;

/// <summary>Writes a histogram that counts no times as lines for a terminal: each range with a bar, its count and its
/// share.</summary>
/// <param name="width">The columns of the terminal.</param>
/// <param name="isUnicode">Whether bars are drawn with block characters.</param>
internal sealed class ResultHistogramText(int width, bool isUnicode)
{
    /// <summary>The lines of a result.</summary>
    public IEnumerable<string> Lines(ProbeResult result)
    {
        var (ranges, all) = (result.Histogram ?? [], result.Count ?? 0);
        yield return TerminalText.Escape(string.Join(' ',
            new[] { result.Name, result.Key }.Where(part => !string.IsNullOrEmpty(part))));
        var dot = isUnicode ? " · " : ", ";
        var summary = DisplayText.Count(all, "value");
        if (result.P50 is { } median) summary += $"{dot}p50 {Text(median, result)}";
        if (result.P99 is { } high) summary += $"{dot}p99 {Text(high, result)}";
        yield return TerminalText.Escape(summary);
        if (ranges.Count == 0) yield break;
        string[] names = [.. ranges.Select(range => TerminalText.Escape(Name(range, result)))];
        var (nameWidth, most) = (names.Max(name => name.Length), ranges.Max(range => range.Count));
        var countWidth = Math.Max("Count".Length, DisplayText.Number(most).Length);
        var barWidth = Math.Max(width - nameWidth - countWidth - 14, 4);
        yield return $"{"Range".PadLeft(nameWidth)}  {new string(' ', barWidth)}  {"Count".PadLeft(countWidth)}  {"Share",8}";
        for (var i = 0; i < names.Length; i++)
        {
            var bar = Math.Max((int)Math.Round((double)ranges[i].Count / most * barWidth), 1);
            yield return $"{names[i].PadLeft(nameWidth)}  {new string(isUnicode ? '█' : '#', bar).PadRight(barWidth)}  "
                + $"{DisplayText.Number(ranges[i].Count).PadLeft(countWidth)}  {DisplayText.Percent(ranges[i].Count, all).PadLeft(8)}";
        }
    }

    private static string Name(LatencyBucket range, ProbeResult result)
    {
        if (range.From == long.MinValue) return $"below {Text(range.Until ?? 0, result)}";
        if (range.Until is not { } until) return $"from {Text(range.From, result)}";
        return until - 1 == range.From ? Text(range.From, result)
            : $"{ProbeResultText.Number(range.From, null)} to {Text(until - 1, result)}";
    }

    private static string Text(long number, ProbeResult result) => ProbeResultText.Number(number, result.Unit);
}
