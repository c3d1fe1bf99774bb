namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>A test that needs the large recordings; skipped, with the reason, where they do not exist.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (SharedData.Folder is null) Skip = SharedDataTheoryAttribute.Reason;
    }
}
