using KernelMagnifier.Native;

namespace KernelMagnifier.Logs.Spooling;

/// <summary>A lock on an open file (flock(2)), until it is disposed.</summary>
internal sealed class HeldLock(int file) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        FileCalls.Unlock(file);
        _ = FileCalls.Close(file);
    }
}
