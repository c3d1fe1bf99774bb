using System.Globalization;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The kernel's own counts of lost events at the end of the recording: tracefs' <c>per_cpu/cpuN/stats</c> of each buffer and CPU.
/// They include losses that the pages report without a number.
/// </summary>
internal sealed class KernelStatistics
{
    private readonly Dictionary<(string Buffer, int Cpu), long> _lost = [];
    private string _buffer = "";

    // Greater than any real count, and small enough that no sum overflows.
    private const long MostLost = 1L << 40;

    /// <summary>Adds the text of one CPU, or the line <c>Buffer: name</c> that precedes the CPUs of a named buffer.</summary>
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
            else if (cpu >= 0 && key is "overrun" or "commit overrun" or "dropped events")
                _lost[(_buffer, cpu)] = Lost(_buffer, cpu) + Math.Min(number, MostLost);
        }
    }

    /// <summary>Events that the kernel dropped before they were read, by buffer and CPU.</summary>
    public IReadOnlyDictionary<(string Buffer, int Cpu), long> All => _lost;

    /// <summary>Events of a CPU that the kernel dropped before they were read.</summary>
    public long Lost(string buffer, int cpu) => _lost.GetValueOrDefault((buffer, cpu));
}
