namespace KernelMagnifier.Files;

/// <summary>
/// Hands out a text in blocks of whole lines to any number of threads. Blocks are about a megabyte: they stay in the
/// cache of the core that reads and parses them, and the process stays small however long the text is.
/// </summary>
internal abstract class LineBlocks : IDisposable
{
    public const int Size = 1 << 20;

    /// <summary>A longer line is not kept in memory; no kernel prints one.</summary>
    public const int LongestLine = 1 << 20;

    /// <summary>Bytes of the packed file; 0 when not known.</summary>
    public abstract long TotalLength { get; }

    /// <summary>Whether <see cref="Next"/> may wait for somebody else (a pipe).</summary>
    public abstract bool MayWait { get; }

    /// <summary>Damage that ended the text early, said once; null when there was none.</summary>
    public string? Damage { get; protected set; }

    /// <summary>Fills the block with the next lines; false at the end. Any thread may call it, each with its own block.</summary>
    public abstract bool Next(LineBlock block);

    public virtual void Dispose() { }
}
