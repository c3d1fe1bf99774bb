namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>An attack on a machine that root made: it needs root and ssh-keygen.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class AttackFactAttribute : FactAttribute
{
    /// <param name="needsDisk">Whether it also mounts a <see cref="SmallDisk"/>.</param>
    public AttackFactAttribute(bool needsDisk = false) => Skip = Why ?? (needsDisk ? SmallDisk.WhyNot : null);

    internal static string? Why => !Environment.IsPrivilegedProcess ? "Only root runs probes."
        : File.Exists("/usr/bin/ssh-keygen") ? null : "Not installed: ssh-keygen.";
}
