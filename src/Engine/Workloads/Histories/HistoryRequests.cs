using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Workloads.Histories;

/// <summary>Counts the block requests of tasks, by the task in whose context they are issued.</summary>
internal sealed class HistoryRequests(HistorySink histories)
{
    private const int SectorSize = 512;
    private const int MostKinds = 256;

    // A flush is for all that was written before it: a journal writes between a task's write and its flush.
    private const int MostWriters = 1024;

    // The tasks that wrote to a device since its last flush.
    private readonly Dictionary<uint, HashSet<TaskRequests>> _written = [];

    /// <summary>What an issued request does.</summary>
    public EventAction ActionOf(EventSchema schema)
    {
        var request = new BlockRequestReader(schema);
        var (rwbs, bytes, sectors) = (schema.Reader("rwbs"), schema.Reader("bytes"), schema.Reader("nr_sector"));
        return (in EventRecord record) =>
        {
            if (!request.TryRead(record.Body, out var device, out var sector)) return;
            var operation = rwbs.Text(record.Body);
            var length = sectors.TryNumber(record.Body, out var count) && count is > 0 and <= int.MaxValue ? count : 0;
            // Of commands that are not requests of a file system, bytes tells the length and nr_sector does not.
            var size = bytes.TryNumber(record.Body, out var number)
                && number is > 0 and <= int.MaxValue ? number : length * SectorSize;
            if (operation.StartsWith("F"u8)) Flush((uint)device, record.ProcessId, operation.StartsWith("FF"u8), record.Time);
            if (!operation.StartsWith("FF"u8)) Issue((uint)device, record, operation, (long)sector, length, size);
        };
    }

    private void Issue(uint device, in EventRecord record, ReadOnlySpan<byte> operation, long sector, long sectors, long bytes)
    {
        // A write with a flush before it begins with F.
        var at = operation[0] == (byte)'F' ? 1 : 0;
        var name = operation.Length <= at ? null : operation[at] switch
        {
            (byte)'R' => "Read", (byte)'W' => "Write", (byte)'D' => "Discard", _ => null,
        };
        if (name is null || Of(record.ProcessId, device, name) is not { } requests) return;
        var activation = histories.Requested(record.ProcessId);
        if (requests.Count == 0) requests.First = record.Time;
        requests.Count++;
        requests.Bytes += bytes;
        if (requests.Next == sector) requests.Sequential++;
        if (operation.Contains((byte)'S')) requests.Synchronous++;
        if (activation < 0 || activation != requests.LastActivation) requests.Bursts++;
        (requests.Last, requests.Next, requests.LastActivation) = (record.Time, sector + sectors, activation);
        if (name != "Write") return;
        if (!_written.TryGetValue(device, out var writers)) _written.Add(device, writers = []);
        if (writers.Count < MostWriters) writers.Add(requests);
    }

    private void Flush(uint device, int processId, bool isRequest, long time)
    {
        if (_written.TryGetValue(device, out var writers))
        {
            foreach (var written in writers) written.Flushed++;
            writers.Clear();
        }
        if (!isRequest || Of(processId, device, "Flush") is not { } requests) return;
        histories.Requested(processId);
        if (requests.Count++ == 0) requests.First = time;
        requests.Last = time;
    }

    private TaskRequests? Of(int processId, uint device, string operation)
    {
        if (histories.History(processId) is not { } history || !histories.Counts) return null;
        var name = BlockRequestReader.Name(device);
        var requests = history.Requests.Find(one => one.Device == name && one.Operation == operation);
        if (requests is not null || history.Requests.Count >= MostKinds) return requests;
        history.Requests.Add(requests = new TaskRequests { Device = name, Operation = operation });
        return requests;
    }
}
