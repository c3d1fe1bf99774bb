namespace KernelMagnifier.Traces.TraceDat;

/// <summary>The records decoded from one piece, for the pairing of function_graph entries with exits.</summary>
internal sealed class FunctionGraphBlock : MergeBlock
{
    public FunctionGraphRecord[] Records = new FunctionGraphRecord[64];
}
