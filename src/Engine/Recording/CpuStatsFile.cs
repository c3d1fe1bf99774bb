using System.Globalization;

namespace KernelMagnifier.Recording;

/// <summary>The <c>stats</c> file of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Text">The content; empty when it could not be read.</param>
internal readonly record struct CpuStatsFile(int Cpu, string Text)
{
    /// <summary>The time of day at which it was read; null if that was not in this process.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>
    /// Nanoseconds from the trace clock to the Unix time, from <c>now ts</c>; null if not known, or if the clock does not count
    /// time.
    /// </summary>
    public long? WallOffset
    {
        get
        {
            if (ReadAt is not { } at || NowLine is not { } now
                || !decimal.TryParse(now, Numbers, CultureInfo.InvariantCulture, out var seconds)
                || seconds < 0 || seconds > MostSeconds) return null;
            return ((at - DateTimeOffset.UnixEpoch).Ticks * 100) - (long)(seconds * 1_000_000_000);
        }
    }

    // Counting clocks have no point.
    private string? NowLine => Text.Split('\n').FirstOrDefault(l => l.StartsWith("now ts:", StringComparison.Ordinal)
        && l.Contains('.', StringComparison.Ordinal))?[7..];

    private const NumberStyles Numbers = NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingWhite;
    private const decimal MostSeconds = 4_000_000_000;

    /// <summary>The counts.</summary>
    public CpuStats Counts => CpuStats.Parse(Text);

    /// <summary>The text of the CPUSTAT option of trace.dat.</summary>
    public string OptionText => string.Create(CultureInfo.InvariantCulture, $"CPU: {Cpu}\n{Text}\n");

    /// <summary>Reads the file of a CPU.</summary>
    public static CpuStatsFile Read(TraceFs tracing, int cpu)
        => new(cpu, tracing.TryRead(string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}/stats")) ?? "")
        {
            ReadAt = DateTimeOffset.UtcNow,
        };
}
