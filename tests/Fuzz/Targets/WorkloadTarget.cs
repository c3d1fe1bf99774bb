using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Engines;
using KernelMagnifier.Workloads.Formats;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// The file of a workload: it is read, or is an error that says so. What is read is written as it was, and in every other format.
/// </summary>
internal sealed class WorkloadTarget() : FuzzTarget("workload")
{
    /// <summary>Three groups that wake each other in a ring and beyond, with every kind of value.</summary>
    public static readonly byte[] Seed = """
        {"schema": "kernel-magnifier-workload", "version": 1,
        "source": {"recording": "a.dat", "kernelRelease": "6.1.0", "machine": "x86_64", "cpus": 2, "durationNanoseconds": 5000000000, "lostEvents": 0},
        "cpuScale": 1.5,
        "tasks": [
        {"name": "ping", "comm": "pi\u001b[31mng", "processIds": [7], "instances": 1, "policy": "RealTime", "priority": 50, "nice": null,
        "cpus": [0, 1], "isPinned": true, "loop": "Closed", "parent": null, "startNanoseconds": null, "activations": 9, "runNanoseconds": 900,
        "migrations": 1, "runLengths": {"count": 9, "minNanoseconds": 1, "p10Nanoseconds": 2, "p50Nanoseconds": 3, "p90Nanoseconds": 4,
        "p99Nanoseconds": 5, "maxNanoseconds": 6, "meanNanoseconds": 3}, "intervals": null, "offsetNanoseconds": 5, "io": [],
        "steps": [{"trigger": "Task", "by": "pong", "intervalNanoseconds": 10, "sleepNanoseconds": 9, "runNanoseconds": 100,
        "wakes": [{"task": "pong", "afterNanoseconds": 90}, {"task": "writer", "afterNanoseconds": 95}], "block": "Lock", "repeat": 1}]},
        {"name": "pong", "comm": "pong", "processIds": [8], "instances": 1, "policy": "Other", "priority": null, "nice": -5,
        "cpus": [], "isPinned": false, "loop": "Closed", "parent": "ping", "startNanoseconds": 3, "activations": 9, "runNanoseconds": 900,
        "migrations": 0, "runLengths": null, "intervals": null, "offsetNanoseconds": null, "io": [],
        "steps": [{"trigger": "Task", "by": "ping", "intervalNanoseconds": null, "sleepNanoseconds": null, "runNanoseconds": 100,
        "wakes": [{"task": "ping", "afterNanoseconds": 100}], "block": "Task", "repeat": 3}]},
        {"name": "writer", "comm": "writer", "processIds": [9, 10], "instances": 2, "policy": null, "priority": null, "nice": null,
        "cpus": [], "isPinned": false, "loop": "Open", "parent": null, "startNanoseconds": null, "activations": 4, "runNanoseconds": 40,
        "migrations": 0, "runLengths": null, "intervals": null, "offsetNanoseconds": null,
        "io": [{"device": "8:0", "operation": "Write", "requests": 8, "bytes": 32768, "bursts": 4, "intervalNanoseconds": 100000000,
        "isSequential": true, "isSynchronous": true, "flushes": 4}],
        "steps": [{"trigger": "Timer", "by": null, "intervalNanoseconds": 10, "sleepNanoseconds": 9, "runNanoseconds": 1, "wakes": [],
        "block": "Io", "repeat": 1}]}],
        "edges": [{"waker": "ping", "wakee": "pong", "count": 9, "isModelled": true}, {"waker": "pong", "wakee": "ping", "count": 9,
        "isModelled": true}, {"waker": "(timer)", "wakee": "writer", "count": 4, "isModelled": true}],
        "coverage": {"runNanoseconds": 1850, "modelledRunNanoseconds": 1840, "wakeups": 22, "modelledWakeups": 20, "ioRequests": 9,
        "modelledIoRequests": 8, "gaps": [{"reason": "Io", "text": "x", "runNanoseconds": 10, "wakeups": 2, "ioRequests": 1}]}}
        """u8.ToArray();

    protected override void Read(ReadOnlySpan<byte> input)
    {
        Workload workload;
        try
        {
            workload = WorkloadFile.Parse(input.ToArray(), "w.json");
        }
        catch (KernelMagnifierException error)
        {
            Check(error.Code == ErrorCode.WorkloadUnreadable, $"{error.Code}: {error.Message}");
            return;
        }
        var text = Written(workload);
        Check(Written(WorkloadFile.Parse(text, "w.json")).AsSpan().SequenceEqual(text), $"a workload is not read as it was written");
        foreach (var line in WorkloadText.Lines(workload).Concat(WorkloadText.CoverageLines(workload)))
            Check(!line.Any(char.IsControl), $"a line has a control character");
        var plan = new RtAppPlan { Cpus = 2 };
        Check(RtAppWriter.Threads(workload, plan) <= RtAppWriter.MostThreads, $"too many threads are written");
        RtAppWriter.Write(workload, plan, Stream.Null);
        FioWriter.Write(workload, new FioPlan("/var/tmp"), Stream.Null);
    }

    private static byte[] Written(Workload workload)
    {
        using var output = new MemoryStream();
        WorkloadFile.Write(workload, output);
        return output.ToArray();
    }
}
