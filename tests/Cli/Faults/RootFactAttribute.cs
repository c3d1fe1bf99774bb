namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>A test that needs root. Skipped for other users.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (Environment.UserName != "root") Skip = "Only root can make devices and links of other users.";
    }
}
