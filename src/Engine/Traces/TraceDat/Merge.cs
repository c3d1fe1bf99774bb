namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The k-way merge of all CPUs by time, as in <c>trace-cmd report</c>: the earliest event comes first; of events with equal time
/// stamps, the event of the first buffer and, within a buffer, of the lowest CPU.
/// </summary>
/// <remarks><c>tracecmd_iterate_events_multi</c> in trace-cmd's <c>lib/trace-cmd/trace-input.c</c>.</remarks>
internal sealed class Merge<TBlock> where TBlock : MergeBlock, new()
{
    private readonly MergePipeline<TBlock> _pipeline;
    private readonly IReadOnlyList<CpuStream> _streams;
    private readonly TBlock?[] _blocks;
    private readonly int[] _at;
    private readonly ulong[] _latest;
    private readonly ulong[] _keys;

    // A binary heap of the streams with records left; the stream with the earliest record is at the top.
    private readonly int[] _heap;
    private int _count;

    public Merge(MergePipeline<TBlock> pipeline, IReadOnlyList<CpuStream> streams)
    {
        (_pipeline, _streams) = (pipeline, streams);
        var count = streams.Count;
        (_blocks, _at, _heap) = (new TBlock?[count], new int[count], new int[count]);
        (_latest, _keys) = (new ulong[count], new ulong[count]);
    }

    /// <summary>Merges all streams.</summary>
    /// <param name="sink">Receives the runs.</param>
    /// <param name="progress">Called after each block.</param>
    public void Run(IRunSink<TBlock> sink, Action progress)
    {
        for (var i = 0; i < _streams.Count; i++)
        {
            if (!Load(i)) continue;
            _heap[_count++] = i;
        }
        for (var i = (_count / 2) - 1; i >= 0; i--) SiftDown(i);
        while (_count > 0)
        {
            var stream = _heap[0];
            var block = _blocks[stream]!;
            var from = _at[stream];
            var to = RunEnd(stream, block, from);
            sink.Run(block, from, to, _streams[stream]);
            _at[stream] = to;
            if (to < block.Count)
            {
                _keys[stream] = Math.Max(_latest[stream], block.Keys[to]);
            }
            else
            {
                progress();
                if (!Load(stream)) _heap[0] = _heap[--_count];
            }
            SiftDown(0);
        }
    }

    /// <summary>The end of the run: the index of the first record that must come after a record of another stream.</summary>
    private int RunEnd(int stream, TBlock block, int from)
    {
        if (_count == 1) return block.Count;
        var other = _count > 2 && IsBefore(_heap[2], _heap[1]) ? _heap[2] : _heap[1];
        // At equal keys the lower stream comes first.
        var limit = _keys[other];
        var keys = block.Keys;
        var latest = _latest[stream];
        var at = from + 1;
        if (stream < other)
            for (; at < block.Count && Math.Max(latest, keys[at]) <= limit; at++) { }
        else
            for (; at < block.Count && Math.Max(latest, keys[at]) < limit; at++) { }
        return at;
    }

    /// <summary>Loads the next block that has records; false at the end of the stream.</summary>
    private bool Load(int stream)
    {
        if (_blocks[stream] is { } done) Unload(stream, done);
        while (_pipeline.Take(stream) is { } block)
        {
            if (block.Count > 0)
            {
                (_blocks[stream], _at[stream], _keys[stream]) = (block, 0, Math.Max(_latest[stream], block.Keys[0]));
                return true;
            }
            Unload(stream, block);
        }
        return false;
    }

    private void Unload(int stream, TBlock block)
    {
        _latest[stream] = Math.Max(_latest[stream], block.Latest);
        _blocks[stream] = null;
        _pipeline.Release(block);
    }

    private bool IsBefore(int a, int b) => _keys[a] < _keys[b] || (_keys[a] == _keys[b] && a < b);

    private void SiftDown(int at)
    {
        while (true)
        {
            var child = (2 * at) + 1;
            if (child >= _count) return;
            if (child + 1 < _count && IsBefore(_heap[child + 1], _heap[child])) child++;
            if (!IsBefore(_heap[child], _heap[at])) return;
            (_heap[at], _heap[child]) = (_heap[child], _heap[at]);
            at = child;
        }
    }
}
