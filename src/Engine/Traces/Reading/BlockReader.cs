using KernelMagnifier.Files;

namespace KernelMagnifier.Traces.Reading;

/// <summary>One thread's part of a reader whose lines depend on each other: brings a block of lines into a form that is quick to go through.</summary>
/// <typeparam name="T">That form; used again for other blocks.</typeparam>
internal abstract class BlockReader<T>
{
    /// <summary>Reads every line of a block. What <paramref name="into"/> held before is of no use any more.</summary>
    public abstract void Read(LineBlock block, T into, TraceStatistics statistics);
}
