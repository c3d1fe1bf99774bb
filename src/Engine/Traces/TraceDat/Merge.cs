namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The k-way merge of all CPUs by time, as in <c>trace-cmd report</c>: the earliest event comes first; of events with equal time
/// stamps, the event of the first buffer and, within a buffer, of the lowest CPU.
/// </summary>
/// <remarks><c>tracecmd_iterate_events_multi</c> in trace-cmd's <c>lib/trace-cmd/trace-input.c</c>.</remarks>
internal sealed class Merge<TBlock> where TBlock : MergeBlock, new()
{
    // Further streams are searched by halves.
    private const int SearchedInOrder = 8;

    private readonly IBlockSource<TBlock> _source;
    private readonly IReadOnlyList<MergeStream> _streams;
    private readonly TBlock?[] _blocks;
    private readonly int[] _at;
    private readonly ulong[] _latest;

    // The streams with records left, by their next record. Runs are short, and the next record of a stream is usually near the
    // front:
    // moving it there costs less than a heap.
    private readonly Next[] _next;
    private int _count;

    private readonly record struct Next(ulong Key, int Stream)
    {
        public bool IsBefore(in Next other) => Key < other.Key || (Key == other.Key && Stream < other.Stream);
    }

    public Merge(IBlockSource<TBlock> source, IReadOnlyList<MergeStream> streams)
    {
        (_source, _streams) = (source, streams);
        var count = streams.Count;
        (_blocks, _at, _latest, _next) = (new TBlock?[count], new int[count], new ulong[count], new Next[count]);
    }

    /// <summary>Merges all streams.</summary>
    /// <param name="sink">Receives the runs.</param>
    /// <param name="progress">Called after each block.</param>
    public void Run(IRunSink<TBlock> sink, Action progress)
    {
        for (var i = 0; i < _streams.Count; i++)
            if (Load(i, out var key))
                _next[_count++] = new Next(key, i);
        Array.Sort(_next, 0, _count, Comparer<Next>.Create((a, b) => a.IsBefore(b) ? -1 : b.IsBefore(a) ? 1 : 0));
        while (_count > 0)
        {
            var stream = _next[0].Stream;
            var block = _blocks[stream]!;
            var from = _at[stream];
            var to = RunEnd(stream, block, from);
            sink.Run(block, from, to, _streams[stream]);
            ulong key;
            if (to < block.Count)
            {
                _at[stream] = to;
                key = Math.Max(_latest[stream], block.Keys[to]);
            }
            else
            {
                progress();
                if (!Load(stream, out key))
                {
                    _count--;
                    Array.Copy(_next, 1, _next, 0, _count);
                    continue;
                }
            }
            MoveFirst(new Next(key, stream));
        }
    }

    /// <summary>The end of the run: the index of the first record that must come after a record of another stream.</summary>
    private int RunEnd(int stream, TBlock block, int from)
    {
        if (_count == 1) return block.Count;
        var (limit, other) = (_next[1].Key, _next[1].Stream);
        // At equal keys the lower stream comes first. A key cannot be less than the lowest limit, so nothing is below 0.
        if (stream > other && limit-- == 0) return from + 1;
        if (_latest[stream] > limit) return from + 1;
        var keys = block.Keys.AsSpan(0, block.Count);
        var at = from + 1;
        while (at < keys.Length && keys[at] <= limit) at++;
        return at;
    }

    /// <summary>Moves the first stream to its place by its next record.</summary>
    private void MoveFirst(Next moved)
    {
        var next = _next.AsSpan(0, _count);
        var at = 1;
        for (; at < next.Length && next[at].IsBefore(moved); at++)
        {
            if (at > SearchedInOrder)
            {
                MoveFar(moved, at);
                return;
            }
            next[at - 1] = next[at];
        }
        next[at - 1] = moved;
    }

    /// <summary>Moves the stream whose place is free at an index to its place behind it.</summary>
    private void MoveFar(Next moved, int from)
    {
        var (low, high) = (from, _count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_next[middle].IsBefore(moved)) low = middle + 1;
            else high = middle;
        }
        Array.Copy(_next, from, _next, from - 1, low - from);
        _next[low - 1] = moved;
    }

    /// <summary>
    /// Loads the next block that has records, and returns the key of the first; false at the end of the stream.
    /// </summary>
    private bool Load(int stream, out ulong key)
    {
        key = 0;
        if (_blocks[stream] is { } done) Unload(stream, done);
        while (_source.Take(stream) is { } block)
        {
            if (block.Count > 0)
            {
                (_blocks[stream], _at[stream], key) = (block, 0, Math.Max(_latest[stream], block.Keys[0]));
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
        _source.Release(block);
    }
}
