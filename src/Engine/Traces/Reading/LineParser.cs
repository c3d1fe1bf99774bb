namespace KernelMagnifier.Traces.Reading;

/// <summary>Parses lines into calls, for formats whose lines do not depend on each other. One instance per thread.</summary>
internal abstract class LineParser
{
    /// <summary>Parses all lines of a block.</summary>
    public abstract void Parse(ReadOnlySpan<byte> lines, CallFeed feed, TraceStatistics statistics);
}
