namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>Attacks by the environment of the process, which no other test may have at the same time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AttackCollection
{
    public const string Name = "Attacks by the environment";
}
