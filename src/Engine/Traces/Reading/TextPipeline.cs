using KernelMagnifier.Files;
using KernelMagnifier.Processes;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// Parses a text on several threads with line parsers. If the sink takes calls in any order, each thread has its own fork of
/// the sink; else the calls of each block are delivered in the order of the text.
/// </summary>
internal static class TextPipeline
{
    /// <summary>Reads a text once.</summary>
    /// <param name="blocks">The text; disposed at the end.</param>
    /// <param name="newParser">Creates the parser of a thread.</param>
    /// <param name="dispatch">The sink, the number of threads, progress and cancellation.</param>
    public static TraceStatistics Run(LineBlocks blocks, Func<LineParser> newParser, CallDispatch dispatch)
    {
        if (dispatch.InOrder)
        {
            var sink = dispatch.Feed().Sink;
            return OrderedBlocks.Run<CallBuffer>(blocks, () => new BufferingReader(newParser(), dispatch),
                buffer => buffer.DeliverTo(sink), dispatch);
        }
        using (blocks)
        {
            var statistics = RunInAnyOrder(blocks, newParser, dispatch);
            if (blocks.Damage is { } damage) statistics.WarnFirst(damage);
            return statistics;
        }
    }

    private static TraceStatistics RunInAnyOrder(LineBlocks blocks, Func<LineParser> newParser, CallDispatch dispatch)
    {
        // The calling thread parses too. It never reads from a pipe, which could block it: it has to react to Ctrl-C.
        var workers = new WorkerGroup<(TraceStatistics Statistics, CallFeed Feed)>(dispatch.Cancel);
        var others = blocks.MayWait ? dispatch.Threads : dispatch.Threads - 1;
        for (var i = 0; i < others; i++)
        {
            var feed = dispatch.Fork();
            workers.Start(() => (Work(blocks, newParser(), feed, null, workers.Stopping), feed));
        }
        var statistics = new TraceStatistics();
        try
        {
            if (!blocks.MayWait)
            {
                var feed = dispatch.Feed();
                statistics.Add(Work(blocks, newParser(), feed, done => dispatch.Progress(done, blocks.TotalLength),
                    workers.Stopping));
                feed.Flush();
            }
            foreach (var (counted, feed) in workers.Finish(() => dispatch.Progress(0, blocks.TotalLength)))
            {
                statistics.Add(counted);
                dispatch.Join(feed);
            }
        }
        finally
        {
            workers.Stop(wait: !blocks.MayWait);
        }
        return statistics;
    }

    private static TraceStatistics Work(LineBlocks blocks, LineParser parser, CallFeed feed, Action<long>? progress,
        CancellationToken stop)
    {
        var statistics = new TraceStatistics();
        var block = blocks.NewBlock();
        while (!stop.IsCancellationRequested && blocks.Next(block))
        {
            statistics.Place = block.Index;
            parser.Parse(block.Text, feed, statistics);
            BlockDamage.Count(block, statistics);
            progress?.Invoke(block.Done);
        }
        feed.Flush();
        return statistics;
    }

    /// <summary>Parses the calls of a block into a buffer.</summary>
    private sealed class BufferingReader(LineParser parser, CallDispatch dispatch) : BlockReader<CallBuffer>
    {
        private readonly CallPredicate? _predicate = dispatch.Predicate();

        public override void Read(LineBlock block, CallBuffer into, TraceStatistics statistics)
        {
            into.Clear();
            var feed = dispatch.Feed(into, _predicate);
            parser.Parse(block.Text, feed, statistics);
            feed.Flush();
        }
    }
}
