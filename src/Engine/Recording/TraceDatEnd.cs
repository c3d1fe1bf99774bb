namespace KernelMagnifier.Recording;

/// <summary>What a trace.dat needs that is known at the end of a recording only.</summary>
internal sealed record TraceDatEnd
{
    /// <summary>Lines of <c>pid comm</c>.</summary>
    public required byte[] CommandLines { get; init; }

    /// <summary>The <c>trace_clock</c> file.</summary>
    public required string TraceClock { get; init; }

    /// <summary>See <see cref="KernelFacts.Uname"/>.</summary>
    public required string Uname { get; init; }

    /// <summary>Who wrote the file.</summary>
    public required string Version { get; init; }

    /// <summary>Per CPU <c>CPU: n</c> and its <c>stats</c> file.</summary>
    public required IReadOnlyList<string> CpuStatistics { get; init; }

    /// <summary>See <see cref="KernelFacts.BuildIds"/>.</summary>
    public required string BuildIds { get; init; }
}
