namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Passes the blocks of each stream to the merge, in order.</summary>
internal interface IBlockSource<TBlock>
{
    /// <summary>Waits for the next block of a stream and takes it; null at the end of the stream.</summary>
    TBlock? Take(int stream);

    /// <summary>Returns a merged block for reuse.</summary>
    void Release(TBlock block);
}
