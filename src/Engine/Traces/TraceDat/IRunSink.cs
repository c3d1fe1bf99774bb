namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Receives merged records as runs: consecutive records of one block.</summary>
internal interface IRunSink<TBlock>
{
    /// <summary>Receives the records [from, to) of a block.</summary>
    void Run(TBlock block, int from, int to, MergeStream stream);
}
