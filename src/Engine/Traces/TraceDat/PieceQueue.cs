namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Distributes the pieces of all CPUs to threads that decode them in any order.</summary>
internal sealed class PieceQueue(IReadOnlyList<CpuStream> streams)
{
    // What is read is decoded while it is in the second-level cache.
    private const int PieceSize = 256 << 10;

    private readonly Lock _gate = new();
    private int _next;
    private long _done;

    /// <summary>Bytes of the pieces taken so far.</summary>
    public long Done => Volatile.Read(ref _done);

    /// <summary>Takes the next piece; false when none is left.</summary>
    public bool TryTake(out CpuStream.Piece piece)
    {
        lock (_gate)
        {
            for (; _next < streams.Count; _next++)
            {
                if (!streams[_next].TryNext(PieceSize, out piece)) continue;
                _done += piece.Length;
                return true;
            }
            piece = default;
            return false;
        }
    }
}
