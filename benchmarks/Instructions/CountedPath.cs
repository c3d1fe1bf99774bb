namespace KernelMagnifier.Benchmarks.Instructions;

/// <summary>The instructions of a hot path.</summary>
/// <param name="Id">The name of the path.</param>
/// <param name="Instructions">The instructions of the whole process.</param>
/// <param name="InputBytes">The size of the recording in bytes.</param>
/// <param name="Command">The arguments of the executable, with the name of the recording.</param>
internal sealed record CountedPath(string Id, long Instructions, long InputBytes, string Command);
