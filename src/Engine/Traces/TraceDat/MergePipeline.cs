using KernelMagnifier.Processes;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Decodes the pieces of all CPUs on several threads, a bounded number ahead, and passes each CPU's blocks in order to the
/// merging thread. Several threads may decode one CPU, because one CPU often has most of the events.
/// </summary>
internal sealed class MergePipeline<TBlock>(
    IReadOnlyList<CpuStream> streams, WorkerGroup<TraceStatistics> workers, CancellationToken cancel)
    : IBlockSource<TBlock>
    where TBlock : MergeBlock, new()
{
    // Keeps the decoders busy, and bounds memory with hundreds of CPUs.
    private const long MostBytesAhead = 24 << 20;

    private readonly int _ahead = streams.Count <= 64 ? 4 : 2;
    private readonly object _gate = new();
    private readonly Queue<TBlock>[] _queues = [.. streams.Select(_ => new Queue<TBlock>())];
    private readonly bool[] _isAtEnd = new bool[streams.Count];
    private readonly Stack<TBlock> _free = [];
    private readonly int _pieceSize = (int)Math.Clamp(MostBytesAhead / 4 / Math.Max(1, streams.Count), 4096, 256 * 1024);

    /// <summary>Bytes of the file passed to decoders so far.</summary>
    public long Done { get; private set; }

    /// <summary>Decodes pieces until none is left.</summary>
    public void Work(Action<CpuStream.Piece, TBlock> decode)
    {
        while (Claim() is var (piece, block))
        {
            decode(piece, block);
            lock (_gate)
            {
                block.IsReady = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    /// <inheritdoc/>
    public TBlock? Take(int stream)
    {
        lock (_gate)
        {
            while (true)
            {
                if (_queues[stream].TryPeek(out var block))
                {
                    if (block.IsReady)
                    {
                        _queues[stream].Dequeue();
                        Monitor.PulseAll(_gate);
                        if (block.NeedsNext) Follow(stream, block);
                        return block;
                    }
                }
                else if (_isAtEnd[stream])
                {
                    return null;
                }
                cancel.ThrowIfCancellationRequested();
                // A decoder has failed, so the block will never be ready; WorkerGroup.Finish throws the failure.
                if (!workers.IsWorking && !(_queues[stream].TryPeek(out var last) && last.IsReady)) return null;
                Monitor.Wait(_gate, 50);
            }
        }
    }

    /// <summary>Waits for the block after one that needs it. The gate is held.</summary>
    private void Follow(int stream, TBlock block)
    {
        while (true)
        {
            if (!_queues[stream].TryPeek(out var next))
            {
                if (_isAtEnd[stream]) return;
            }
            else if (next.IsReady)
            {
                block.Follow(next);
                return;
            }
            cancel.ThrowIfCancellationRequested();
            if (!workers.IsWorking && next is not { IsReady: true }) return;
            Monitor.Wait(_gate, 50);
        }
    }

    /// <inheritdoc/>
    public void Release(TBlock block)
    {
        (block.Count, block.Latest, block.IsReady) = (0, 0, false);
        lock (_gate) _free.Push(block);
    }

    /// <summary>Claims the next piece of the CPU with the fewest blocks waiting; null when none is left.</summary>
    private (CpuStream.Piece, TBlock)? Claim()
    {
        lock (_gate)
        {
            while (true)
            {
                if (workers.Stopping.IsCancellationRequested) return null;
                var (next, waiting, isAtEnd) = (-1, _ahead, true);
                for (var i = 0; i < _queues.Length; i++)
                {
                    if (_isAtEnd[i]) continue;
                    isAtEnd = false;
                    if (_queues[i].Count >= waiting) continue;
                    (next, waiting) = (i, _queues[i].Count);
                }
                if (isAtEnd) return null;
                if (next < 0)
                {
                    Monitor.Wait(_gate, 100);
                }
                else if (streams[next].TryNext(_pieceSize, out var piece))
                {
                    if (!_free.TryPop(out var block)) block = new TBlock();
                    _queues[next].Enqueue(block);
                    Done += piece.Length;
                    return (piece, block);
                }
                else
                {
                    _isAtEnd[next] = true;
                    Monitor.PulseAll(_gate);
                }
            }
        }
    }
}
