using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Pairs the issue and the completion of block requests.</summary>
internal sealed class BlockPairs(IntervalOutput output)
{
    private readonly IntervalAccount _account = output.Account(IntervalKind.Block);
    private readonly OpenTable _open = new();
    private readonly NumberTable<int> _keys = new();

    /// <summary>What the events of a schema do; null if they are no block requests.</summary>
    public EventAction? ActionOf(EventSchema schema)
    {
        if (schema.Name is not ("block_rq_issue" or "block_rq_complete")) return null;
        var request = new BlockRequestReader(schema);
        var isStart = schema.Name == "block_rq_issue";
        return (in EventRecord record) =>
        {
            if (!request.TryRead(record.Body, out var device, out var sector)) return;
            if (isStart) Start(device, sector, record);
            else End(device, sector, record);
        };
    }

    /// <summary>The recording has ended.</summary>
    public void Close()
    {
        foreach (var index in _open.Indexes()) _account.Close(ref _open[index].Open, output.Losses);
    }

    private void Start(ulong device, ulong sector, in EventRecord record)
    {
        var index = _open.GetOrAdd(device, sector);
        if (index < 0)
        {
            _account.Ignore();
            output.IsFull = true;
            return;
        }
        output.Name(record);
        ref var entry = ref _open[index];
        _account.Start(ref entry.Open, record.Time, record.Cpu, output.Losses);
        entry.ProcessId = record.ProcessId;
    }

    private void End(ulong device, ulong sector, in EventRecord record)
    {
        var index = _open.Find(device, sector);
        if (index < 0)
        {
            _account.Ends++;
            _account.UnmatchedEnds++;
            return;
        }
        var entry = _open[index];
        _open.Remove(index);
        if (!_account.End(ref entry.Open, record.Time, output.Losses)) return;
        var interval = IntervalRecord.Of(IntervalKind.Block, entry.Open, record.Time, record.Cpu);
        (interval.Key, interval.ProcessId) = (KeyOf((uint)device), entry.ProcessId);
        output.Emit(interval);
    }

    private int KeyOf(uint device)
    {
        if (_keys.TryGetValue(device, out var key)) return key;
        key = output.Names.Key(Text.NameText.Encode(BlockRequestReader.Name(device)));
        if (_keys.Count <= output.Names.Count) _keys.Set(device, key);
        return key;
    }
}
