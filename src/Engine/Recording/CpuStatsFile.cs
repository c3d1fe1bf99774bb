using System.Globalization;

namespace KernelMagnifier.Recording;

/// <summary>The <c>stats</c> file of a CPU.</summary>
/// <param name="Cpu">The CPU.</param>
/// <param name="Text">The content; empty when it could not be read.</param>
internal readonly record struct CpuStatsFile(int Cpu, string Text)
{
    /// <summary>The counts.</summary>
    public CpuStats Counts => CpuStats.Parse(Text);

    /// <summary>The text of the CPUSTAT option of trace.dat.</summary>
    public string OptionText => string.Create(CultureInfo.InvariantCulture, $"CPU: {Cpu}\n{Text}\n");

    /// <summary>Reads the file of a CPU.</summary>
    public static CpuStatsFile Read(TraceFs tracing, int cpu)
        => new(cpu, tracing.TryRead(string.Create(CultureInfo.InvariantCulture, $"per_cpu/cpu{cpu}/stats")) ?? "");
}
