using System.Globalization;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// What the kernel itself counted as lost when the recording ended: tracefs' <c>per_cpu/cpuN/stats</c>, of each buffer and CPU.
/// It tells the number also where a page only says that something was lost.
/// </summary>
internal sealed class KernelStatistics
{
    private readonly Dictionary<(string Buffer, int Cpu), long> _lost = [];
    private string _buffer = "";

    // So large that no kernel counts to it, and so small that no sum overflows.
    private const long MostLost = 1L << 40;

    /// <summary>Takes the text of one CPU, or the line <c>Buffer: name</c> that stands before those of a named buffer.</summary>
    public void Add(string text)
    {
        var cpu = -1;
        foreach (var line in text.Split('\n'))
        {
            var colon = line.IndexOf(": ", StringComparison.Ordinal);
            if (colon < 0) continue;
            var (key, value) = (line[..colon], line[(colon + 2)..]);
            if (key == "Buffer") _buffer = value;
            else if (!long.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) continue;
            else if (key == "CPU") cpu = (int)Math.Min(number, int.MaxValue);
            else if (cpu >= 0 && key is "overrun" or "commit overrun" or "dropped events") _lost[(_buffer, cpu)] = Lost(_buffer, cpu) + Math.Min(number, MostLost);
        }
    }

    /// <summary>Events of a CPU that the kernel dropped before anybody read them.</summary>
    public long Lost(string buffer, int cpu) => _lost.GetValueOrDefault((buffer, cpu));
}
