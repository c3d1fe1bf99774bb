using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>The block requests that are under way, to know what a completion ends.</summary>
internal sealed class ActivityRequests(ActivityTracker tracker)
{
    private readonly OpenTable _open = new();
    private readonly NumberTable<int> _keys = new();

    /// <summary>What the issue or the completion of a request does.</summary>
    public EventAction ActionOf(EventSchema schema)
    {
        var request = new BlockRequestReader(schema);
        var isStart = schema.Name == "block_rq_issue";
        return (in EventRecord record) =>
        {
            if (!request.TryRead(record.Body, out var device, out var sector)) return;
            if (isStart) Issue(device, sector, record);
            else Complete(device, sector, record);
        };
    }

    private void Issue(ulong device, ulong sector, in EventRecord record)
    {
        var index = _open.GetOrAdd(device, sector);
        if (index < 0) return;
        ref var entry = ref _open[index];
        entry.ProcessId = record.ProcessId;
        entry.Open = new OpenInterval { Start = record.Time, Cpu = record.Cpu, Epoch = tracker.Losses, IsOpen = true };
    }

    private void Complete(ulong device, ulong sector, in EventRecord record)
    {
        var cpu = tracker.Cpu(record.Cpu)!;
        var (issued, issuer) = (CallRecord.NoTime, -1);
        if (_open.Find(device, sector) is >= 0 and var index)
        {
            // After a loss, the request of that sector may be another one.
            if (_open[index].Open.Epoch == tracker.Losses) (issued, issuer) = (_open[index].Open.Start, _open[index].ProcessId);
            _open.Remove(index);
        }
        cpu.Completed = new CompletedRequest
        {
            Device = KeyOf((uint)device), IssuedAt = issued, Issuer = issuer, Time = record.Time, Context = record.Context,
            Level = cpu.Level,
        };
    }

    private int KeyOf(uint device)
    {
        if (_keys.TryGetValue(device, out var key)) return key;
        key = tracker.Names.Key(Text.NameText.Encode(BlockRequestReader.Name(device)));
        if (_keys.Count <= tracker.Names.Count) _keys.Set(device, key);
        return key;
    }
}
