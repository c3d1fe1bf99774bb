namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The records of one piece.</summary>
internal sealed class FunctionGraphBlock : MergeBlock
{
    public FunctionGraphRecord[] Records = new FunctionGraphRecord[64];
}
