namespace KernelMagnifier.Traces.Reading;

/// <summary>The progress of a reading.</summary>
/// <param name="Done">The bytes of the file that were read.</param>
/// <param name="Total">The bytes of the file; 0 if not known, as for standard input.</param>
public readonly record struct TraceProgress(long Done, long Total);
