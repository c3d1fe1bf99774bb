namespace KernelMagnifier.Cli.Tests.Faults;

/// <summary>Tests of the native executable only. Skipped if it was not built.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class NativeTheoryAttribute : TheoryAttribute
{
    public NativeTheoryAttribute()
    {
        if (!Native.IsThere) Skip = "The native executable is not built: ./build.sh build.";
    }
}
