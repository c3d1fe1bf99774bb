namespace KernelMagnifier.Probes.Language;

/// <summary>A use of a builtin, function, map, field, loop or parameter.</summary>
/// <param name="Name">What is used.</param>
/// <param name="Node">Where in the tree.</param>
/// <param name="Probe">In which probe.</param>
/// <param name="Position">Where in the program.</param>
internal sealed record ProgramUse(string Name, ProgramNode Node, ProgramProbe Probe, ProgramPosition Position)
{
    /// <summary>Whether it is only compared: inside of a predicate or condition, so that its value goes nowhere.</summary>
    public bool IsCompared { get; init; }

    /// <summary>Whether it runs only if a predicate or a condition holds.</summary>
    public bool IsGuarded { get; init; }

    /// <summary>Whether the probe runs for events.</summary>
    public bool IsPerEvent => Probe.IsPerEvent;
}
