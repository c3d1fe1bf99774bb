namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>A theory that needs root. Skipped for other users.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (Environment.UserName != "root") Skip = "Only root can make devices.";
    }
}
