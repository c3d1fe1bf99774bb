using KernelMagnifier.Files;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Reads the blocks of a text side by side and hands on what was made of them one after the other, in the order of the
/// text, on the calling thread: for formats where a line means nothing without the lines before it.
/// </summary>
internal static class OrderedBlocks
{
    /// <summary>Goes through the text once.</summary>
    /// <param name="blocks">The text; disposed at the end.</param>
    /// <param name="newReader">Makes one thread's reader.</param>
    /// <param name="take">Takes what was made of a block, in order, on the calling thread.</param>
    /// <param name="dispatch">Tells of threads, progress and cancellation.</param>
    public static TraceStatistics Run<T>(LineBlocks blocks, Func<BlockReader<T>> newReader, Action<T> take, CallDispatch dispatch)
        where T : class, new()
    {
        using (blocks)
        {
            var statistics = new Work<T>(blocks, newReader, take, dispatch).Run();
            if (blocks.Damage is { } damage) statistics.Warn(damage);
            return statistics;
        }
    }

    private sealed class Work<T>(LineBlocks blocks, Func<BlockReader<T>> newReader, Action<T> take, CallDispatch dispatch)
        where T : class, new()
    {
        private readonly Dictionary<long, Made> _ready = [];
        private readonly Stack<Made> _free = new();

        private sealed class Made
        {
            public readonly T Value = new();
            public long Index;
            public long Done;
        }

        public TraceStatistics Run()
        {
            // The calling thread takes; while there is nothing to take it reads blocks like the others, unless the text
            // comes from a pipe that may keep it waiting: it must hear Ctrl-C.
            var others = blocks.MayWait ? dispatch.Threads : dispatch.Threads - 1;
            // A permit is taken before a block is, so the block that is next to be taken always has one.
            // Neither it nor the crew is disposed: a thread that a pipe holds up may come back to them later.
            var permits = new SemaphoreSlim(others * 3 + 2);
            var crew = new WorkerGroup<TraceStatistics>(dispatch.Cancel);
            for (var i = 0; i < others; i++)
            {
                crew.Start(() =>
                {
                    var (counted, reader, block) = (new TraceStatistics(), newReader(), new LineBlock());
                    try
                    {
                        while (true)
                        {
                            permits.Wait(crew.Stopping);
                            if (!ReadNext(reader, block, counted)) return counted;
                        }
                    }
                    finally
                    {
                        lock (_ready) Monitor.PulseAll(_ready);
                    }
                });
            }
            var statistics = new TraceStatistics();
            try
            {
                var (reader, block) = blocks.MayWait ? (null, null) : (newReader(), new LineBlock());
                var ended = reader is null;
                for (long index = 0; Take(index, ref ended, reader, block, statistics, permits, crew); index++)
                {
                }
                foreach (var counted in crew.Finish(null)) statistics.Add(counted);
            }
            finally
            {
                crew.Stop(wait: !blocks.MayWait);
            }
            return statistics;
        }

        /// <summary>Takes the block that is next; false when there is none any more.</summary>
        private bool Take(long index, ref bool ended, BlockReader<T>? reader, LineBlock? block, TraceStatistics statistics, SemaphoreSlim permits, WorkerGroup<TraceStatistics> crew)
        {
            Made? made;
            while (true)
            {
                lock (_ready)
                {
                    if (_ready.Remove(index, out made)) break;
                    if (ended)
                    {
                        if (!crew.IsWorking) return _ready.Remove(index, out made) && Hand(made, permits);
                        Monitor.Wait(_ready, 50);
                        dispatch.Cancel.ThrowIfCancellationRequested();
                        continue;
                    }
                }
                if (permits.Wait(0))
                {
                    ended = !ReadNext(reader!, block!, statistics);
                    if (ended) permits.Release();
                    continue;
                }
                lock (_ready)
                {
                    if (_ready.Remove(index, out made)) break;
                    if (!crew.IsWorking && permits.CurrentCount == 0) return false;
                    Monitor.Wait(_ready, 50);
                }
                dispatch.Cancel.ThrowIfCancellationRequested();
            }
            return Hand(made, permits);
        }

        private bool Hand(Made made, SemaphoreSlim permits)
        {
            take(made.Value);
            dispatch.Progress(made.Done, blocks.TotalLength);
            lock (_ready) _free.Push(made);
            permits.Release();
            return true;
        }

        private bool ReadNext(BlockReader<T> reader, LineBlock block, TraceStatistics statistics)
        {
            if (!blocks.Next(block)) return false;
            Made? made;
            lock (_ready)
                if (!_free.TryPop(out made))
                    made = new Made();
            (made.Index, made.Done) = (block.Index, block.Done);
            reader.Read(block, made.Value, statistics);
            for (var i = 0; i < block.LinesTooLong; i++) statistics.NotParsed(-1, "line too long");
            if (block.EndsMidLine) statistics.Warn(block.CutMessage);
            lock (_ready)
            {
                _ready.Add(made.Index, made);
                Monitor.PulseAll(_ready);
            }
            return true;
        }
    }
}
