using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Pairs the queueing, the start and the end of work items.</summary>
internal sealed class WorkPairs(IntervalOutput output)
{
    private readonly IntervalAccount _queue = output.Account(IntervalKind.WorkQueue);
    private readonly IntervalAccount _run = output.Account(IntervalKind.WorkRun);
    private readonly OpenTable _queued = new(), _running = new();

    /// <summary>What the events of a schema do; null if they are no work items.</summary>
    public EventAction? ActionOf(EventSchema schema)
    {
        var work = schema.Reader("work");
        switch (schema.Name)
        {
            case "workqueue_queue_work":
                return (in EventRecord record) =>
                {
                    if (work.TryNumber(record.Body, out var item)) Start(_queue, _queued, 0, item, 0, record);
                };
            case "workqueue_execute_start":
                var keys = new MessageKeys(output.Names, schema, "function", "function ", "function=");
                return (in EventRecord record) =>
                {
                    if (!work.TryNumber(record.Body, out var item)) return;
                    var key = keys.Of(record.Body);
                    End(IntervalKind.WorkQueue, _queued, 0, item, key, record);
                    Start(_run, _running, record.ProcessId, item, key, record);
                };
            case "workqueue_execute_end":
                return (in EventRecord record) =>
                {
                    if (work.TryNumber(record.Body, out var item))
                        End(IntervalKind.WorkRun, _running, record.ProcessId, item, 0, record);
                };
            default: return null;
        }
    }

    /// <summary>The recording has ended.</summary>
    public void Close()
    {
        foreach (var index in _queued.Indexes()) _queue.Close(ref _queued[index].Open, output.Losses);
        foreach (var index in _running.Indexes()) _run.Close(ref _running[index].Open, output.Losses);
    }

    private void Start(IntervalAccount account, OpenTable table, int worker, long work, int key, in EventRecord record)
    {
        var index = table.GetOrAdd((uint)worker, (ulong)work);
        if (index < 0)
        {
            account.Ignore();
            output.IsFull = true;
            return;
        }
        output.Name(record);
        ref var entry = ref table[index];
        account.Start(ref entry.Open, record.Time, record.Cpu, output.Losses);
        (entry.Key, entry.ProcessId) = (key, record.ProcessId);
    }

    private void End(IntervalKind kind, OpenTable table, int worker, long work, int key, in EventRecord record)
    {
        var account = output.Account(kind);
        var index = table.Find((uint)worker, (ulong)work);
        if (index < 0)
        {
            account.Ends++;
            account.UnmatchedEnds++;
            return;
        }
        var entry = table[index];
        table.Remove(index);
        if (!account.End(ref entry.Open, record.Time, output.Losses)) return;
        var interval = IntervalRecord.Of(kind, entry.Open, record.Time, record.Cpu);
        interval.Key = key != 0 ? key : entry.Key;
        interval.ProcessId = record.ProcessId;
        if (kind == IntervalKind.WorkQueue) interval.Waker = entry.ProcessId;
        output.Emit(interval);
    }
}
