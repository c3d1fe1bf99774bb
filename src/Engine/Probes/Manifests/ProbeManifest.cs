namespace KernelMagnifier.Probes.Manifests;

/// <summary>
/// What the people who wrote a probe state about it: the file <c>NAME.json</c> beside <c>NAME.bt</c>. docs/formats/probe.md and
/// docs/formats/probe.schema.json describe it.
/// </summary>
internal sealed record ProbeManifest
{
    /// <summary>The name, as that of the folder and the files: lower-case letters, digits and dashes.</summary>
    public required string Name { get; init; }

    /// <summary>The version: <c>MAJOR.MINOR.PATCH</c>.</summary>
    public required string Version { get; init; }

    /// <summary>What it measures, in one line.</summary>
    public required string Title { get; init; }

    /// <summary>The team or person who answers for it.</summary>
    public required string Owner { get; init; }

    /// <summary>Which question it answers.</summary>
    public required string Purpose { get; init; }

    /// <summary>What the output means and how to read it.</summary>
    public required string Reading { get; init; }

    /// <summary>The parameters, <c>$1</c> first.</summary>
    public IReadOnlyList<ProbeParameter> Parameters { get; init; } = [];

    /// <summary>The attach points, as in the program, without BEGIN and END.</summary>
    public IReadOnlyList<string> AttachPoints { get; init; } = [];

    /// <summary>What a run may use.</summary>
    public ProbeLimits Limits { get; init; } = new();

    /// <summary>What it collects.</summary>
    public DataClass DataClass { get; init; }

    /// <summary>The kernels that it ran on.</summary>
    public IReadOnlyList<TestedKernel> Tested { get; init; } = [];

    /// <summary>How far it is trusted.</summary>
    public ProbeMaturity Maturity { get; init; }

    /// <summary>The day after which it needs another review; null if none is set.</summary>
    public DateOnly? ReviewBy { get; init; }

    /// <summary>The maps of the output.</summary>
    public IReadOnlyList<OutputMap> Maps { get; init; } = [];

    /// <summary>The lines of the output.</summary>
    public IReadOnlyList<OutputLine> Lines { get; init; } = [];
}
