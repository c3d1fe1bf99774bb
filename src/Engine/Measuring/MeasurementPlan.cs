using KernelMagnifier.Latency;

namespace KernelMagnifier.Measuring;

/// <summary>A measurement that is to be made.</summary>
internal sealed record MeasurementPlan
{
    /// <summary>The name of the preset of counters, which needs no tracing.</summary>
    public const string Pressure = "Pressure";

    /// <summary>The shortest and the longest measurement.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100), Longest = TimeSpan.FromHours(1);

    /// <summary>The presets: those of events, and <see cref="Pressure"/>.</summary>
    public IReadOnlyList<string> Presets { get; init; } = [];

    /// <summary>The kinds of intervals; empty for all that the presets can tell.</summary>
    public IReadOnlyList<IntervalKind> Kinds { get; init; } = [];

    /// <summary>What latencies are by, beside the kind.</summary>
    public LatencyGrouping By { get; init; }

    /// <summary>The most rows of each kind; those with the largest sums are kept.</summary>
    public int Top { get; init; } = 50;

    /// <summary>How long to measure.</summary>
    public TimeSpan Duration { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The method.</summary>
    public MeasurementMethod Method { get; init; }

    /// <summary>The size of the kernel's buffer in bytes per CPU; null selects one by the available memory.</summary>
    public long? BufferSize { get; init; }

    /// <summary>The CPU time that the measurement may take, as a share of one CPU.</summary>
    public double CpuBudget { get; init; } = 0.25;

    /// <summary>The resident memory that the process may have, in bytes.</summary>
    public long MemoryBudget { get; init; } = 256L << 20;

    /// <summary>How long to wait for other measurements and recordings on the machine.</summary>
    public TimeSpan Wait { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The probe to run instead; null for none.</summary>
    public string? Probe { get; init; }

    /// <summary>The parameters of the probe.</summary>
    public IReadOnlyDictionary<string, string> Parameters { get; init; } = new Dictionary<string, string>();

    /// <summary>The library of probes; null for the one of the environment or the policy.</summary>
    public string? Library { get; init; }

    /// <summary>The policy for probes; null for the one of the environment or the machine.</summary>
    public string? Policy { get; init; }

    /// <summary>Whether this process does nothing else, so that its whole cost is that of the measurement.</summary>
    public bool DedicatedProcess { get; init; }
}
