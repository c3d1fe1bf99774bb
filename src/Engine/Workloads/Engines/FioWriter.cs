using System.Globalization;
using System.Text;

namespace KernelMagnifier.Workloads.Engines;

/// <summary>Writes the job file by which fio makes the block requests of a workload, one job for each group and
/// direction.</summary>
internal static class FioWriter
{
    private const long Sector = 512, LargestBlock = 4 << 20;

    // fio takes whole numbers of requests a second; of fewer, a pause after each is more exact.
    private const double LeastRate = 10;

    /// <summary>Whether a group lives on block requests: at least one for four activations.</summary>
    public static bool IsIo(WorkloadTask task)
        => task.Io.Where(IsModelled).Sum(io => io.Bursts) * 4 >= Math.Max(1, task.Activations);

    /// <summary>Writes a workload.</summary>
    /// <returns>What fio does otherwise than the recording, as sentences.</returns>
    public static IReadOnlyList<string> Write(Workload workload, FioPlan plan, Stream output)
    {
        var text = new StringBuilder("[global]\n");
        var notes = new List<string>();
        Line(text, "ioengine", "psync");
        Line(text, "directory", plan.Directory.Replace(":", "\\:", StringComparison.Ordinal));
        Line(text, "time_based", 1);
        Line(text, "runtime", RtAppWriter.Seconds(workload, plan.Duration));
        foreach (var task in workload.Tasks)
            foreach (var jobs in task.Io.Where(IsModelled).GroupBy(io => io.Operation))
                Job(text, task, jobs.Key, [.. jobs], plan);
        foreach (var task in workload.Tasks.Where(task => task.Io.Any(io => io.Operation == "Discard")))
            notes.Add($"The discards of {task.Name} are not written.");
        output.Write(Encoding.UTF8.GetBytes(text.ToString()));
        return notes;
    }

    /// <summary>The number of jobs that a workload has.</summary>
    public static int Jobs(Workload workload)
        => workload.Tasks.Sum(task => task.Io.Where(IsModelled).GroupBy(io => io.Operation).Count());

    private static bool IsModelled(WorkloadIo io) => io.Operation is "Read" or "Write" && io.Requests > 0 && io.Bytes > 0;

    private static void Job(StringBuilder text, WorkloadTask task, string operation, WorkloadIo[] of, FioPlan plan)
    {
        var (requests, bytes, bursts, flushes) = (of.Sum(io => io.Requests), of.Sum(io => io.Bytes), of.Sum(io => io.Bursts),
            of.Sum(io => io.Flushes));
        var isFlushed = flushes * 2 >= Math.Max(1, bursts);
        // What is written until a flush is one write of the task, which the kernel may have split.
        var count = isFlushed ? Math.Max(1, flushes) : requests;
        var block = Math.Clamp((bytes / count + Sector - 1) / Sector * Sector, Sector, LargestBlock);
        var sequential = of.Where(io => io.IsSequential).Sum(io => io.Bytes) * 2 >= bytes;
        text.Append(CultureInfo.InvariantCulture, $"\n[{task.Name}-{operation.ToLowerInvariant()}]\n");
        Line(text, "rw", $"{(sequential ? "" : "rand")}{operation.ToLowerInvariant()}");
        Line(text, "bs", block);
        Line(text, "size", Math.Clamp(bytes / Math.Max(1, task.Instances) / block * block, block, Math.Max(block,
            plan.MostBytes / block * block)));
        if (task.Instances > 1) Line(text, "numjobs", task.Instances);
        if (operation == "Write" && isFlushed) Line(text, "fsync", 1);
        // Without a flush, a request of the task itself passed the page cache by, or missed it.
        else Line(text, "direct", 1);
        var each = of.Where(io => io.IntervalNanoseconds is not null).Sum(io => (double)io.IntervalNanoseconds!.Value * io.Bursts)
            / Math.Max(1, of.Where(io => io.IntervalNanoseconds is not null).Sum(io => io.Bursts)) * bursts / count;
        if (each <= 0) Line(text, "number_ios", Math.Max(1, count));
        else if (1e9 / each >= LeastRate) Line(text, "rate_iops", (long)Math.Round(1e9 / each));
        else Line(text, "thinktime", (long)Math.Clamp(each / 1000, 1, int.MaxValue));
    }

    private static void Line(StringBuilder text, string name, object value)
        => text.Append(CultureInfo.InvariantCulture, $"{name}={value}\n");
}
