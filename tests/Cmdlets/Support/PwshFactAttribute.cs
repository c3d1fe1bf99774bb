namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A test that needs a pwsh process. Skipped if there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PwshFactAttribute : FactAttribute
{
    public PwshFactAttribute()
    {
        if (Pwsh.Command is null) Skip = "There is no pwsh 7.6 on PATH, and no tool manifest that pins one.";
    }
}
