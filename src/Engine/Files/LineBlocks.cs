namespace KernelMagnifier.Files;

/// <summary>
/// Divides a text into blocks of whole lines for any number of threads. A block is about a megabyte or less, so it stays in
/// the cache of the core that reads and parses it, and memory does not grow with the length of the text.
/// </summary>
internal abstract class LineBlocks : IDisposable
{
    /// <summary>Usual size of a block, in bytes.</summary>
    public const int Size = 1 << 20;

    /// <summary>
    /// Size of a block where order does not matter, in bytes. It stays in the second-level cache of a core, and has few pages to
    /// touch first. A sink that takes calls in their order takes those of a block of <see cref="Size"/> at once.
    /// </summary>
    public const int SmallSize = Size / 4;

    /// <summary>Longest line that is read, in bytes. The kernel does not print longer ones.</summary>
    public const int LongestLine = 1 << 20;

    /// <summary>Length of the compressed file, in bytes; 0 if not known.</summary>
    public abstract long TotalLength { get; }

    /// <summary>Whether <see cref="Next"/> may wait for another process (a pipe).</summary>
    public abstract bool MayWait { get; }

    /// <summary>Why the text ended early, as a message for the user; null if it did not.</summary>
    public string? Damage { get; protected set; }

    /// <summary>
    /// Fills a block with the next lines; false at the end of the text. Any thread can call it, each with its own block.
    /// </summary>
    public abstract bool Next(LineBlock block);

    /// <summary>Makes a block for <see cref="Next"/>.</summary>
    public abstract LineBlock NewBlock();

    /// <inheritdoc/>
    public virtual void Dispose() { }
}
