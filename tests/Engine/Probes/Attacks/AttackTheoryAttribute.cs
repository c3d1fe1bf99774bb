namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>Attacks on a machine that root made: they need root and ssh-keygen.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AttackTheoryAttribute : TheoryAttribute
{
    public AttackTheoryAttribute() => Skip = AttackFactAttribute.Why;
}
