using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Engine.Tests.Symbols;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Tests that need the large recordings, trace-cmd and Python; skipped, with the reason, where they do not exist.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VerifyTheoryAttribute : TheoryAttribute
{
    public VerifyTheoryAttribute()
    {
        if (SharedData.Folder is null) Skip = SharedDataTheoryAttribute.Reason;
        else if (!SmallKernel.Has("trace-cmd") || !SmallKernel.Has("python3")) Skip = "Not on this machine: trace-cmd and python3.";
    }
}
