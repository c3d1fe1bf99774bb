using KernelMagnifier.Native;

namespace KernelMagnifier.Recording;

/// <summary>How much all drains together may write, and the one signal that ends them all.</summary>
internal sealed unsafe class DrainBudget(long most) : IDisposable
{
    private long _written;
    private bool _closed;

    /// <summary>A file that becomes readable when draining is to end.</summary>
    public int Stop { get; } = LibC.EventFile(0, LibC.CloseOnExec | LibC.NonBlocking);

    /// <summary>As much is written as may be.</summary>
    public bool IsSpent => Volatile.Read(ref _written) >= most;

    /// <summary>Counts what was written; false when that was the last of it.</summary>
    public bool Spend(long bytes)
    {
        if (Interlocked.Add(ref _written, bytes) < most) return true;
        Signal();
        return false;
    }

    /// <summary>Ends draining.</summary>
    public void Signal() => _ = LibC.WriteAll(Stop, BitConverter.GetBytes(1L));

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_closed) return;
        _closed = true;
        _ = LibC.Close(Stop);
    }
}
