namespace KernelMagnifier.Measuring;

/// <summary>What a measurement was asked for, as its record says it.</summary>
public sealed record MeasurementRequest
{
    /// <summary>The names of the presets.</summary>
    public IReadOnlyList<string> Preset { get; init; } = [];

    /// <summary>The kinds of intervals; empty for all that the presets can tell.</summary>
    public IReadOnlyList<string> Kind { get; init; } = [];

    /// <summary>What latencies are by, beside the kind.</summary>
    public IReadOnlyList<string> By { get; init; } = [];

    /// <summary>How long to measure.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>
    /// The method: <c>Auto</c>, <c>Events</c> or <c>KernelHistograms</c>; null if the measurement has no choice.
    /// </summary>
    public string? Method { get; init; }

    /// <summary>The probe; null if none runs.</summary>
    public string? Probe { get; init; }

    /// <summary>The parameters of the probe.</summary>
    public IReadOnlyDictionary<string, string> Parameter { get; init; } = new Dictionary<string, string>();
}
