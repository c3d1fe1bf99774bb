namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>A generated recording.</summary>
/// <param name="Path">The file.</param>
/// <param name="Format">Its format, as in the generate command.</param>
/// <param name="Bytes">Its size in bytes.</param>
/// <param name="Calls">The number of calls in it.</param>
internal sealed record GeneratedRecording(string Path, string Format, long Bytes, long Calls);
