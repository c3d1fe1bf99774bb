using KernelMagnifier.Processes;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Decodes the pieces of all CPUs on several threads, a bounded number ahead, and gives each CPU's blocks in order to the
/// thread that merges. Several threads may be at work for one CPU: one CPU often has most of the events.
/// </summary>
internal sealed class MergePipeline<TBlock>(IReadOnlyList<CpuStream> streams, WorkerGroup<TraceStatistics> crew, CancellationToken cancel)
    where TBlock : MergeBlock, new()
{
    // Enough to keep the decoders busy, little enough for hundreds of CPUs.
    private const long MostBytesAhead = 24 << 20;

    private readonly int _ahead = streams.Count <= 64 ? 4 : 2;
    private readonly object _gate = new();
    private readonly Queue<TBlock>[] _queues = [.. streams.Select(_ => new Queue<TBlock>())];
    private readonly bool[] _isAtEnd = new bool[streams.Count];
    private readonly Stack<TBlock> _free = [];
    private readonly int _pieceSize = (int)Math.Clamp(MostBytesAhead / 4 / Math.Max(1, streams.Count), 4096, 256 * 1024);

    /// <summary>Bytes of the file given to decoders so far.</summary>
    public long Done { get; private set; }

    /// <summary>One decoder's work, until nothing is left.</summary>
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

    /// <summary>The next block of a stream, in its order; null when there is none left. Waits for it.</summary>
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
                        return block;
                    }
                }
                else if (_isAtEnd[stream])
                {
                    return null;
                }
                cancel.ThrowIfCancellationRequested();
                // When a decoder failed there is nothing to wait for; the crew tells why when it is asked to finish.
                if (!crew.IsWorking && !(_queues[stream].TryPeek(out var last) && last.IsReady)) return null;
                Monitor.Wait(_gate, 50);
            }
        }
    }

    /// <summary>Gives back a block that was merged.</summary>
    public void Release(TBlock block)
    {
        (block.Count, block.Latest, block.IsReady) = (0, 0, false);
        lock (_gate) _free.Push(block);
    }

    /// <summary>Takes the next piece of the CPU that has least waiting.</summary>
    private (CpuStream.Piece, TBlock)? Claim()
    {
        lock (_gate)
        {
            while (true)
            {
                if (crew.Stopping.IsCancellationRequested) return null;
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
