using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The calls decoded from one piece, to be merged with the calls of other CPUs.</summary>
internal sealed class CallBlock : MergeBlock
{
    public CallRecord[] Calls = new CallRecord[64];
}
