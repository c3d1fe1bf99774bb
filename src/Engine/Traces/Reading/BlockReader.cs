using KernelMagnifier.Files;

namespace KernelMagnifier.Traces.Reading;

/// <summary>Parses blocks of lines into an intermediate form, for <see cref="OrderedBlocks"/>. One instance per thread.</summary>
/// <typeparam name="T">The intermediate form of a block.</typeparam>
internal abstract class BlockReader<T>
{
    /// <summary>Parses all lines of a block.</summary>
    /// <param name="block">The block.</param>
    /// <param name="into">Takes the result. It is reused, so its former content is discarded.</param>
    /// <param name="statistics">Takes what is counted.</param>
    public abstract void Read(LineBlock block, T into, TraceStatistics statistics);
}
