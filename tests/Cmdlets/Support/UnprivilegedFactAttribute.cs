namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A test of missing permissions; skipped for root, which has them all.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnprivilegedFactAttribute : FactAttribute
{
    public UnprivilegedFactAttribute()
    {
        if (Environment.IsPrivilegedProcess) Skip = "Root may read every file.";
    }
}
