namespace KernelMagnifier.Traces.Reading;

/// <summary>How far a reading has come.</summary>
/// <param name="Done">Bytes of the file read.</param>
/// <param name="Total">Bytes of the file; 0 when not known (standard input).</param>
public readonly record struct TraceProgress(long Done, long Total);
