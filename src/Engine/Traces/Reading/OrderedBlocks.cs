using System.Diagnostics.CodeAnalysis;
using KernelMagnifier.Files;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Parses the blocks of a text on several threads and delivers the results on the calling thread, in the order of the text.
/// </summary>
internal static class OrderedBlocks
{
    /// <summary>Reads a text once.</summary>
    /// <param name="blocks">The text; disposed at the end.</param>
    /// <param name="newReader">Creates the reader of a thread.</param>
    /// <param name="take">Takes the result of a block, on the calling thread.</param>
    /// <param name="dispatch">The number of threads, progress and cancellation.</param>
    public static TraceStatistics Run<T>(LineBlocks blocks, Func<BlockReader<T>> newReader, Action<T> take,
        ReadDispatch dispatch) where T : class, new()
    {
        using (blocks)
        {
            var statistics = new Work<T>(blocks, newReader, take, dispatch).Run();
            if (blocks.Damage is { } damage) statistics.WarnFirst(damage);
            return statistics;
        }
    }

    /// <summary>One reading. Guarded by <c>_ready</c>: the parsed blocks, and the results that can be reused.</summary>
    [SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable",
        Justification = "A thread that waits for a pipe can still use them.")]
    private sealed class Work<T> where T : class, new()
    {
        private const int PollMilliseconds = 50;

        private readonly LineBlocks _blocks;
        private readonly Func<BlockReader<T>> _newReader;
        private readonly Action<T> _take;
        private readonly ReadDispatch _dispatch;
        private readonly Dictionary<long, Result> _ready = [];
        private readonly Stack<Result> _free = new();
        private readonly TraceStatistics _statistics = new();
        private readonly List<TraceStatistics> _counts = [];
        private readonly int _threads;
        private bool _isIdle;

        // Never disposed: a thread that waits for a pipe can still use them when the reading has ended.
        private readonly WorkerGroup<TraceStatistics> _workers;
        private readonly SemaphoreSlim _permits;

        public Work(LineBlocks blocks, Func<BlockReader<T>> newReader, Action<T> take, ReadDispatch dispatch)
        {
            (_blocks, _newReader, _take, _dispatch) = (blocks, newReader, take, dispatch);
            // The calling thread delivers, and parses blocks while there is none to deliver. It never reads from a pipe, which
            // could block it: it has to react to Ctrl-C.
            _threads = blocks.MayWait ? dispatch.Threads : dispatch.Threads - 1;
            // Limits the parsed blocks in memory. A thread takes a permit before it takes a block, so the next block to deliver
            // always has one.
            _permits = new SemaphoreSlim(_threads * 3 + 2);
            _workers = new WorkerGroup<TraceStatistics>(dispatch.Cancel);
        }

        private sealed class Result
        {
            public readonly T Value = new();
            public long Done;
        }

        public TraceStatistics Run()
        {
            for (var i = 0; i < _threads; i++)
            {
                var counts = new TraceStatistics();
                _counts.Add(counts);
                _workers.Start(() => ParseBlocks(counts));
            }
            var isComplete = false;
            try
            {
                if (_blocks.MayWait) DeliverBlocks(null, null);
                else DeliverBlocks(_newReader(), _blocks.NewBlock());
                foreach (var counted in _workers.Finish(null)) _statistics.Add(counted);
                isComplete = true;
            }
            finally
            {
                _workers.Stop(wait: !_blocks.MayWait);
                if (!isComplete) _dispatch.LostBeforeStop = _statistics.LostSoFar + _counts.Sum(counts => counts.LostSoFar);
            }
            return _statistics;
        }

        /// <summary>The work of a thread: parses blocks until there are no more.</summary>
        private TraceStatistics ParseBlocks(TraceStatistics statistics)
        {
            var (reader, block) = (_newReader(), _blocks.NewBlock());
            try
            {
                do _permits.Wait(_workers.Stopping);
                while (TryParseNext(reader, block, statistics));
                return statistics;
            }
            finally
            {
                lock (_ready) Monitor.PulseAll(_ready);
            }
        }

        /// <summary>
        /// The work of the calling thread: delivers the blocks in order, and parses blocks in between if it has a reader.
        /// </summary>
        private void DeliverBlocks(BlockReader<T>? reader, LineBlock? block)
        {
            for (long index = 0; ;)
            {
                if (TryTake(index, out var result))
                {
                    _take(result.Value);
                    _isIdle = false;
                    _dispatch.Progress(result.Done, _blocks.TotalLength);
                    lock (_ready) _free.Push(result);
                    _permits.Release();
                    index++;
                }
                else if (reader is not null && _permits.Wait(0))
                {
                    if (TryParseNext(reader, block!, _statistics)) continue;
                    reader = null;
                    _permits.Release();
                }
                else if (!Wait(index))
                {
                    return;
                }
            }
        }

        private bool TryTake(long index, [NotNullWhen(true)] out Result? result)
        {
            lock (_ready) return _ready.Remove(index, out result);
        }

        /// <summary>Waits for other threads to parse a block; false if no thread is running that could.</summary>
        private bool Wait(long index)
        {
            var isNewlyIdle = false;
            lock (_ready)
            {
                if (_ready.ContainsKey(index)) return true;
                // A thread adds its last block before it ends, so the block will not come any more.
                if (!_workers.IsWorking) return false;
                if (!Monitor.Wait(_ready, PollMilliseconds) && _blocks.MayWait && !_isIdle) isNewlyIdle = _isIdle = true;
            }
            _dispatch.Cancel.ThrowIfCancellationRequested();
            if (isNewlyIdle) _dispatch.Idle();
            return true;
        }

        private bool TryParseNext(BlockReader<T> reader, LineBlock block, TraceStatistics statistics)
        {
            if (!_blocks.Next(block)) return false;
            Result? result;
            lock (_ready)
                if (!_free.TryPop(out result))
                    result = new Result();
            result.Done = block.Done;
            statistics.Place = block.Index;
            reader.Read(block, result.Value, statistics);
            BlockDamage.Count(block, statistics);
            lock (_ready)
            {
                _ready.Add(block.Index, result);
                Monitor.PulseAll(_ready);
            }
            return true;
        }
    }
}
