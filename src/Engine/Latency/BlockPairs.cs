using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Pairs the issue and the completion of block requests.</summary>
internal sealed class BlockPairs(IntervalOutput output)
{
    // dev_t inside the kernel.
    private const int MinorBits = 20;
    private const ulong Flush = 1UL << 40;

    private readonly IntervalAccount _account = output.Account(IntervalKind.Block);
    private readonly OpenTable _open = new();
    private readonly NumberTable<int> _keys = new();

    /// <summary>What the events of a schema do; null if they are no block requests.</summary>
    public EventAction? ActionOf(EventSchema schema)
    {
        if (schema.Name is not ("block_rq_issue" or "block_rq_complete")) return null;
        var (dev, sector, rwbs) = (schema.Reader("dev"), schema.Reader("sector"), schema.Reader("rwbs"));
        var isStart = schema.Name == "block_rq_issue";
        return (in EventRecord record) =>
        {
            if (!dev.TryNumber(record.Body, out var device) || !sector.TryNumber(record.Body, out var first)) return;
            var operation = rwbs.Text(record.Body);
            if (operation.IsEmpty) return;
            // A flush is issued at sector 0 and completed at sector -1.
            var isFlush = operation.StartsWith("FF"u8);
            var key = (uint)device | (isFlush ? Flush : 0);
            if (isStart) Start(key, isFlush ? 0 : (ulong)first, record);
            else End(key, isFlush ? 0 : (ulong)first, record);
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
        var name = string.Create(CultureInfo.InvariantCulture, $"{device >> MinorBits},{device & ((1 << MinorBits) - 1)}");
        key = output.Names.Key(Text.NameText.Encode(name));
        if (_keys.Count <= output.Names.Count) _keys.Set(device, key);
        return key;
    }
}
