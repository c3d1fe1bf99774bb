namespace KernelMagnifier.Traces.Reading;

/// <summary>Turns lines of text into calls; one instance per thread. No line may depend on another.</summary>
internal abstract class LineParser
{
    /// <summary>Reads every line of a block.</summary>
    public abstract void Parse(ReadOnlySpan<byte> lines, CallFeed feed, TraceStatistics statistics);
}
