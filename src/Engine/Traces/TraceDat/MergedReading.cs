using KernelMagnifier.Processes;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>Decodes the data of all CPUs on several threads and merges the records by time on the calling thread.</summary>
internal static class MergedReading
{
    /// <summary>Creates what a thread does with a piece: decode it into a block.</summary>
    public delegate Action<CpuStream.Piece, TBlock> NewWork<TOrder, TBlock>(
        CallDecoder<TOrder> decoder, PieceReader<TOrder> reader, TraceStatistics counts) where TOrder : struct, IByteOrder;

    /// <summary>Reads and merges everything.</summary>
    /// <param name="sink">Receives the records in time order.</param>
    /// <param name="streams">The data of all CPUs.</param>
    /// <param name="metadata">The recording's metadata.</param>
    /// <param name="dispatch">The number of threads, progress and cancellation.</param>
    /// <param name="statistics">Takes the counts of all threads.</param>
    /// <param name="newWork">Creates the work of a thread, with the thread's counts.</param>
    public static void Run<TBlock>(
        IRunSink<TBlock> sink, IReadOnlyList<CpuStream> streams, DatMetadata metadata, ReadDispatch dispatch,
        TraceStatistics statistics, Func<TraceStatistics, Action<CpuStream.Piece, TBlock>> newWork) where TBlock : MergeBlock, new()
    {
        var total = streams.Sum(s => s.Length);
        var workers = new WorkerGroup<TraceStatistics>(dispatch.Cancel);
        var pipeline = new MergePipeline<TBlock>(streams, workers, dispatch.Cancel);
        TraceStatistics[] all = [.. Enumerable.Range(0, dispatch.Threads).Select(_ => new TraceStatistics())];
        var isComplete = false;
        try
        {
            foreach (var counts in all)
                workers.Start(() =>
                {
                    pipeline.Work(newWork(counts));
                    return counts;
                });
            new Merge<TBlock>(pipeline, streams).Run(sink, () => dispatch.Progress(pipeline.Done, total));
            foreach (var counted in workers.Finish(null)) statistics.Add(counted);
            isComplete = true;
        }
        finally
        {
            workers.Stop(wait: true);
            // The kernel's own count is known before the first event.
            if (!isComplete)
                dispatch.LostBeforeStop = Math.Max(all.Sum(counts => counts.LostSoFar),
                    streams.Sum(stream => metadata.Statistics.Lost(stream.Buffer.Name, stream.Cpu)));
        }
    }
}
