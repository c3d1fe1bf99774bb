using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Processes;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Runs line parsers over the blocks of a text on all cores. Where order matters, blocks are parsed side by side and
/// delivered one after the other; where it does not, every thread counts for itself and the sums are added at the end.
/// </summary>
internal static class TextPipeline
{
    public static TraceStatistics Run(LineBlocks blocks, Func<LineParser> newParser, CallDispatch dispatch)
    {
        using (blocks)
        {
            var statistics = dispatch.InOrder ? RunInOrder(blocks, newParser, dispatch) : RunInAnyOrder(blocks, newParser, dispatch);
            if (blocks.Damage is { } damage) statistics.Warn(damage);
            return statistics;
        }
    }

    private static TraceStatistics RunInAnyOrder(LineBlocks blocks, Func<LineParser> newParser, CallDispatch dispatch)
    {
        // The calling thread works too, unless the text comes from a pipe that may keep it waiting: it must hear Ctrl-C.
        var crew = new WorkerGroup<(TraceStatistics Statistics, CallFeed Feed)>(dispatch.Cancel);
        var others = blocks.MayWait ? dispatch.Threads : dispatch.Threads - 1;
        for (var i = 0; i < others; i++)
        {
            var feed = dispatch.Fork();
            crew.Start(() => (Work(blocks, newParser(), feed, null, crew.Stopping), feed));
        }
        var statistics = new TraceStatistics();
        try
        {
            if (!blocks.MayWait)
            {
                var feed = dispatch.Feed();
                statistics.Add(Work(blocks, newParser(), feed, done => dispatch.Progress(done, blocks.TotalLength), crew.Stopping));
                feed.Flush();
            }
            foreach (var (counted, feed) in crew.Finish(() => dispatch.Progress(0, blocks.TotalLength)))
            {
                statistics.Add(counted);
                dispatch.Join(feed);
            }
        }
        finally
        {
            crew.Stop(wait: !blocks.MayWait);
        }
        return statistics;
    }

    private static TraceStatistics Work(LineBlocks blocks, LineParser parser, CallFeed feed, Action<long>? progress, CancellationToken stop)
    {
        var statistics = new TraceStatistics();
        var block = new LineBlock();
        while (!stop.IsCancellationRequested && blocks.Next(block))
        {
            Parse(block, parser, feed, statistics);
            progress?.Invoke(block.Done);
        }
        feed.Flush();
        return statistics;
    }

    private static void Parse(LineBlock block, LineParser parser, CallFeed feed, TraceStatistics statistics)
    {
        parser.Parse(block.Text, feed, statistics);
        for (var i = 0; i < block.LinesTooLong; i++) statistics.NotParsed(-1, "line too long");
        if (block.EndsMidLine) statistics.Warn(block.CutMessage);
    }

    private static TraceStatistics RunInOrder(LineBlocks blocks, Func<LineParser> newParser, CallDispatch dispatch)
    {
        // As many blocks may be under way as keep every thread busy; a permit is taken before a block is,
        // so the block that is next to be delivered always has one.
        var depth = dispatch.Threads * 2 + 1;
        var ready = new Dictionary<long, Parsed>();
        var free = new Stack<Parsed>();
        using var permits = new SemaphoreSlim(depth);
        var crew = new WorkerGroup<TraceStatistics>(dispatch.Cancel);
        for (var i = 0; i < dispatch.Threads; i++)
        {
            crew.Start(() =>
            {
                var statistics = new TraceStatistics();
                var parser = newParser();
                var predicate = dispatch.Predicate();
                var block = new LineBlock();
                while (true)
                {
                    permits.Wait(crew.Stopping);
                    if (!blocks.Next(block)) break;
                    Parsed parsed;
                    lock (ready)
                        if (!free.TryPop(out parsed!))
                            parsed = new Parsed();
                    parsed.Done = block.Done;
                    var feed = new CallFeed(parsed, predicate);
                    Parse(block, parser, feed, statistics);
                    feed.Flush();
                    lock (ready)
                    {
                        ready.Add(block.Index, parsed);
                        Monitor.PulseAll(ready);
                    }
                }
                lock (ready) Monitor.PulseAll(ready);
                return statistics;
            });
        }
        var statistics = new TraceStatistics();
        try
        {
            var sink = dispatch.Feed().Sink;
            for (long index = 0; ; index++)
            {
                Parsed? parsed;
                lock (ready)
                {
                    while (!ready.Remove(index, out parsed) && crew.IsWorking)
                    {
                        Monitor.Wait(ready, 100);
                        dispatch.Cancel.ThrowIfCancellationRequested();
                    }
                    if (parsed is null && !ready.Remove(index, out parsed)) break;
                }
                if (parsed.Count > 0) sink.Accept(parsed.Calls);
                dispatch.Progress(parsed.Done, blocks.TotalLength);
                parsed.Clear();
                lock (ready) free.Push(parsed);
                permits.Release();
            }
            foreach (var counted in crew.Finish(null)) statistics.Add(counted);
        }
        finally
        {
            crew.Stop(wait: !blocks.MayWait);
        }
        return statistics;
    }

    /// <summary>The calls of one block, waiting for their turn.</summary>
    private sealed class Parsed : CallSink
    {
        private CallRecord[] _calls = new CallRecord[16 * 1024];

        public int Count { get; private set; }

        public long Done { get; set; }

        public ReadOnlySpan<CallRecord> Calls => _calls.AsSpan(0, Count);

        public override void Accept(ReadOnlySpan<CallRecord> calls)
        {
            if (Count + calls.Length > _calls.Length) Array.Resize(ref _calls, Math.Max(Count + calls.Length, _calls.Length * 2));
            calls.CopyTo(_calls.AsSpan(Count));
            Count += calls.Length;
        }

        public void Clear() => Count = 0;
    }
}
