namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>A theory that needs root. Skipped for other users.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class RootTheoryAttribute : TheoryAttribute
{
    public RootTheoryAttribute()
    {
        if (Environment.UserName != "root") Skip = "Only root can give files to another user.";
    }
}
