namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes merged records to the pairing of function_graph entries with exits.</summary>
internal sealed class FunctionGraphRunSink(EntryExitPairing pairing) : IRunSink<FunctionGraphBlock>
{
    public void Run(FunctionGraphBlock block, int from, int to, MergeStream stream)
    {
        for (var i = from; i < to; i++) pairing.Add(in block.Records[i], stream.BufferNumber, stream.Cpu);
    }
}
