namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Takes merged records: runs of them that come from one block without a break.</summary>
internal interface IRunSink<TBlock>
{
    void Run(TBlock block, int from, int to, CpuStream stream);
}
