using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The calls of one piece, waiting to be merged with those of other CPUs.</summary>
internal sealed class CallBlock : MergeBlock
{
    public CallRecord[] Calls = new CallRecord[64];
}
