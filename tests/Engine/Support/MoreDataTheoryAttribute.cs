namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Tests with recordings of further kernels; skipped, with the reason, where none exist.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MoreDataTheoryAttribute : TheoryAttribute
{
    public MoreDataTheoryAttribute()
    {
        if (SharedData.More is null) Skip = "Recordings of other kernels were not found: set KM_MORE_DATA to their folder.";
    }
}
