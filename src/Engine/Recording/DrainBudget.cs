using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>The number of bytes that all drains together may write, and the signal that ends them.</summary>
/// <param name="most">The number of bytes.</param>
internal sealed unsafe class DrainBudget(long most) : IDisposable
{
    private long _written;
    private bool _closed;

    /// <summary>A descriptor that becomes readable when draining is to end.</summary>
    public int Stop { get; } = FileCalls.CreateEventFile(0, FileCalls.CloseOnExec | FileCalls.NonBlocking);

    /// <summary>Whether all bytes are written.</summary>
    public bool IsSpent => Volatile.Read(ref _written) >= most;

    /// <summary>Counts written bytes, and ends draining when the budget is spent.</summary>
    /// <returns>Whether more may be written.</returns>
    public bool Spend(long bytes)
    {
        if (Interlocked.Add(ref _written, bytes) < most) return true;
        Signal();
        return false;
    }

    /// <summary>Ends draining.</summary>
    public void Signal() => _ = FileCalls.WriteAll(Stop, BitConverter.GetBytes(1L));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = FileCalls.Close(Stop);
    }
}
