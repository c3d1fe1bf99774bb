namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Tests that need the large recordings; skipped, with the reason, where they do not exist.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    internal const string Reason = "The large recordings were not found: set KM_SHARED_DATA to their folder.";

    public SharedDataTheoryAttribute()
    {
        if (SharedData.Folder is null) Skip = Reason;
    }
}
