using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>Adds up the block requests of the tasks of a group.</summary>
internal static class IoBuilder
{
    /// <summary>Whether a run makes such requests. A flush that a task issued itself follows its writes.</summary>
    public static bool IsModelled(TaskRequests requests) => requests.Operation is "Read" or "Write" or "Flush";

    /// <summary>The requests of a group by device and operation.</summary>
    public static IReadOnlyList<WorkloadIo> Of(TaskGroup group)
        => [.. group.Members.SelectMany(one => one.History.Requests).GroupBy(one => (one.Device, one.Operation))
            .OrderBy(of => of.Key.Device, StringComparer.Ordinal).ThenBy(of => of.Key.Operation, StringComparer.Ordinal)
            .Select(of => Sum(of.Key.Device, of.Key.Operation, [.. of]))];

    private static WorkloadIo Sum(string device, string operation, TaskRequests[] of)
    {
        var count = of.Sum(one => one.Count);
        var between = of.Sum(one => Math.Max(0, one.Bursts - 1));
        return new WorkloadIo
        {
            Device = device, Operation = operation, Requests = count, Bytes = of.Sum(one => one.Bytes),
                Bursts = of.Sum(one => one.Bursts),
            IsSequential = count > 1 && of.Sum(one => one.Sequential) * 2 >= count - of.Length,
            IsSynchronous = of.Sum(one => one.Synchronous) * 2 > count, Flushes = of.Sum(one => one.Flushed),
            IntervalNanoseconds = between > 0 ? of.Sum(one => one.Bursts > 1 ? one.Last - one.First : 0) / between : null,
        };
    }
}
