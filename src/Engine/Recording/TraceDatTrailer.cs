namespace KernelMagnifier.Recording;

/// <summary>What a trace.dat contains that is known only when the recording has ended.</summary>
internal sealed record TraceDatTrailer
{
    /// <summary>Task names, in the format of <c>saved_cmdlines</c>.</summary>
    public required byte[] TaskNames { get; init; }

    /// <summary>The trace clocks with the used one in brackets, as <c>trace_clock</c> lists them.</summary>
    public required string TraceClock { get; init; }

    /// <summary>See <see cref="KernelFacts.Uname"/>.</summary>
    public required string Uname { get; init; }

    /// <summary>Name and version of the program that writes the file.</summary>
    public required string Version { get; init; }

    /// <summary>The kernel's counts of each CPU; empty when unknown.</summary>
    public required IReadOnlyList<CpuStatsFile> Statistics { get; init; }

    /// <summary>See <see cref="KernelFacts.BuildIds"/>; empty when unknown.</summary>
    public required string BuildIds { get; init; }
}
