namespace KernelMagnifier.Recording;

/// <summary>The error that ended draining a buffer.</summary>
/// <param name="Error">The error number; 0 for none.</param>
/// <param name="OfTarget">Whether writing the file failed, not reading the trace.</param>
internal readonly record struct DrainFailure(int Error, bool OfTarget)
{
    /// <summary>Whether there was an error.</summary>
    public bool Exists => Error != 0;
}
