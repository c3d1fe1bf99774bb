namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>A test that needs root: files of other users, device nodes. Skipped for other users.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (!Environment.IsPrivilegedProcess) Skip = "Only root can make devices and files of other users.";
    }
}
