using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Traces.Live;

/// <summary>
/// Decodes pages as they come, on the thread that merges. The merge must know the next event of every CPU, so a CPU without
/// events answers with the time before which it has none.
/// </summary>
/// <remarks>
/// A round begins when the pages are waited for. Within a round, a CPU is read until it has nothing; the next round begins when
/// the merge needs more of such a CPU.
/// </remarks>
internal sealed unsafe class LiveBlocks : IBlockSource<EventBlock>
{
    // Many small pages in one block make the merge cheap; a block keeps its room.
    private const int MostBytes = 64 * 1024;

    // Where events come faster than they are read, no round would end by itself.
    private const int MostBlocks = 16;

    private readonly LivePages _pages;
    private readonly DatMetadata _metadata;
    private readonly TraceStatistics _statistics;
    private readonly CallDecoder<LittleEndian> _decoder;
    private readonly WantedEvents _wanted;
    private readonly EventDigests _digests;
    private readonly CallFields _fields;
    private readonly CallsBetween _calls;
    private readonly Action _idle;
    private readonly CancellationToken _cancel;
    private readonly int _pageSize;
    private readonly Stack<EventBlock> _free = [];
    private readonly EventBlock?[] _next;
    private readonly EventBlock[] _marks;
    private readonly long[] _emptyIn;
    private readonly ulong[] _marked;
    private long _round = 1;
    private int _blocks;
    private bool _isWritten = true;

    /// <summary>Creates the source of a reading.</summary>
    /// <param name="pages">The pages.</param>
    /// <param name="metadata">What the kernel says of its events.</param>
    /// <param name="decoder">Decodes records.</param>
    /// <param name="wanted">The events that the sink wants.</param>
    /// <param name="dispatch">The sink.</param>
    /// <param name="statistics">Takes what is counted.</param>
    /// <param name="idle">Called before a wait for more pages.</param>
    public LiveBlocks(
        LivePages pages, DatMetadata metadata, CallDecoder<LittleEndian> decoder, WantedEvents wanted, EventDispatch dispatch,
        TraceStatistics statistics, Action idle)
    {
        _idle = idle;
        _calls = dispatch.Sink.Calls is null ? CallsBetween.None : CallsBetween.Single;
        (_pages, _metadata, _decoder, _wanted, _statistics) = (pages, metadata, decoder, wanted, statistics);
        (_fields, _cancel) = (dispatch.Sink.Fields, dispatch.Cancel);
        _digests = new EventDigests(wanted, dispatch.Sink.NewDigester(), dispatch.Sink.WantsMessages);
        _pageSize = metadata.Buffers[0].PageSize;
        var count = pages.Cpus.Count;
        (_next, _emptyIn, _marked) = (new EventBlock?[count], new long[count], new ulong[count]);
        _marks = [.. pages.Cpus.Select(_ => new EventBlock())];
    }

    /// <summary>The bytes of pages that were read.</summary>
    public long BytesRead { get; private set; }

    /// <inheritdoc/>
    public EventBlock? Take(int stream)
    {
        while (true)
        {
            _cancel.ThrowIfCancellationRequested();
            if (_emptyIn[stream] == _round)
            {
                if (!_isWritten) return null;
                BeginRound(isIdle: true);
            }
            if (_blocks >= MostBlocks && _isWritten) BeginRound(isIdle: false);
            if (TakeNext(stream) is { } block) return block.NeedsNext ? Complete(stream, block) : block;
            if (Mark(stream) is { } mark) return mark;
        }
    }

    /// <inheritdoc/>
    public void Release(EventBlock block)
    {
        (block.Count, block.Latest) = (0, 0);
        if (block.Bytes.Length > 0) _free.Push(block);
    }

    private void BeginRound(bool isIdle)
    {
        if (isIdle) _idle();
        _isWritten = _pages.Wait(isIdle);
        _round++;
        _blocks = 0;
    }

    /// <summary>
    /// Shows a block the next one of its CPU: the last event of the block can have its stack there. If nothing comes for a while,
    /// it has none.
    /// </summary>
    private EventBlock Complete(int stream, EventBlock block)
    {
        while (true)
        {
            _cancel.ThrowIfCancellationRequested();
            var isPast = !_isWritten || _pages.Now(stream) is not { } now || IsPast(block, now, stream);
            if (_next[stream] is null) _next[stream] = Read(stream);
            if (_next[stream] is { } next) block.Follow(next);
            if (isPast || _next[stream] is not null) return block;
            BeginRound(isIdle: true);
        }
    }

    /// <summary>Whether a stack of the last event, which follows it directly, would be readable.</summary>
    private bool IsPast(EventBlock block, ulong now, int stream)
        => _decoder.Time(now, _pages.Cpus[stream]) > block.Latest + (2 * _pages.Slack);

    private EventBlock? TakeNext(int stream)
    {
        if (_next[stream] is not { } next) return Read(stream);
        _next[stream] = null;
        return next;
    }

    /// <summary>
    /// The time before which a CPU has no event that was not read; null if it is not later than the last one. The time is taken
    /// before the CPU is read once more, so that no event is between them.
    /// </summary>
    private EventBlock? Mark(int stream)
    {
        if (_pages.Now(stream) is { } now)
        {
            if (Read(stream) is { } late)
            {
                _next[stream] = late;
                return null;
            }
            _emptyIn[stream] = _round;
            var time = _decoder.Time(now, _pages.Cpus[stream]);
            time -= Math.Min(time, _pages.Slack);
            if (time <= _marked[stream] || !_isWritten) return null;
            _marked[stream] = time;
            return Mark(_marks[stream], time);
        }
        _emptyIn[stream] = _round;
        return null;
    }

    private static EventBlock Mark(EventBlock block, ulong time)
    {
        block.Reset();
        ref var entry = ref block.NextEntry();
        entry.Length = EventEntry.Taken;
        block.Keys[0] = time;
        return block;
    }

    /// <summary>Reads and decodes what a CPU has; null if it has nothing.</summary>
    private EventBlock? Read(int stream)
    {
        var block = _free.TryPop(out var free) ? free : new EventBlock();
        block.Reset();
        block.Reserve(Math.Max(MostBytes, _pageSize));
        while (block.Used + _pageSize <= Math.Max(MostBytes, _pageSize)
            && _pages.TryRead(stream, block.Bytes.AsSpan(block.Used, _pageSize)))
            block.Used += _pageSize;
        if (block.Used == 0)
        {
            _free.Push(block);
            return null;
        }
        BytesRead += block.Used;
        _blocks++;
        Decode(block, _pages.Cpus[stream]);
        return block;
    }

    private void Decode(EventBlock block, int cpu)
    {
        _digests.Restart();
        var handler = new EventBlockHandler<LittleEndian>(
            _decoder, block, _wanted, _digests, cpu, _fields, _calls);
        for (var (at, end) = (0, block.Used); at < end; at += _pageSize)
        {
            var page = RingBufferPageDecoder<LittleEndian>.Walk(
                block.Start + at, _pageSize, _pageSize, _metadata.Page, ref handler);
            PageCounts.Add(page, cpu, _metadata.Times, _statistics, countsLosses: false);
            if (page.BrokenAt < 0) continue;
            _statistics.Warn($"CPU {cpu}: a page is damaged at its byte {page.BrokenAt}; the rest of the page was skipped");
            handler.Lost(0);
        }
        handler.Finish();
        _decoder.Tally.Flush(_statistics, cpu);
    }
}
