namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A test of missing permissions. Skipped for root, who has all permissions.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute()
    {
        if (Environment.IsPrivilegedProcess) Skip = "Root may read every file.";
    }
}
