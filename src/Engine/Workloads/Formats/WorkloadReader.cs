using System.Globalization;
using System.Text.Json;
using KernelMagnifier.Files;

namespace KernelMagnifier.Workloads.Formats;

/// <summary>Reads the text of a workload. It is untrusted: every value is checked, and every list has a limit.</summary>
internal static class WorkloadReader
{
    private const int MostTasks = 16_384, MostEdges = 65_536, MostSteps = 1024, MostWakes = 256, MostPids = 1 << 18,
        MostGaps = 64;
    private const int LongestName = 4096, LongestGroup = 15, MostCpus = 8192, MostInstances = 1 << 18, MostIo = 256;

    // 73 years; 4 PB, which the requests of a group can add up to without an overflow.
    private const long MostTime = 1L << 61, MostBytes = 1L << 52, MostCount = 1L << 46;
    private const double LeastScale = 1e-3, MostScale = 1e3;

    private static readonly string[] Triggers = ["Timer", "Task", "Interrupt", "Io", "Start", "Unknown"];
    private static readonly string[] Blocks = ["Timer", "Task", "Interrupt", "Io", "Lock", "Syscall", "Exit", "Unknown"];
    private static readonly string[] Loops = ["Open", "Closed", "Once", "Busy"];
    private static readonly string[] Policies = ["Other", "RealTime", "Deadline"];
    private static readonly string[] Operations = ["Read", "Write", "Flush", "Discard"];

    /// <summary>Reads a workload.</summary>
    /// <exception cref="JsonFileException">A value is not allowed.</exception>
    /// <exception cref="InvalidOperationException">A value has another type.</exception>
    /// <exception cref="KeyNotFoundException">A value is missing.</exception>
    public static Workload Read(JsonElement root)
    {
        if (Text(root, "schema") != WorkloadFile.Schema) throw new JsonFileException("its schema is another one.");
        if (root.GetProperty("version").GetInt32() is var version && version != WorkloadFile.Version)
            throw new JsonFileException(string.Create(CultureInfo.InvariantCulture,
                $"its version is {version}, and this program knows version {WorkloadFile.Version}."));
        var scale = root.GetProperty("cpuScale").GetDouble();
        if (!(scale is >= LeastScale and <= MostScale))
            throw new JsonFileException("the cpuScale is not between 0.001 and 1000.");
        var workload = new Workload
        {
            Source = Source(root.GetProperty("source")), CpuScale = scale, Tasks = [.. Rows(root, "tasks", MostTasks)
                .Select(Task)],
            Edges = [.. Rows(root, "edges", MostEdges).Select(Edge)], Coverage = Coverage(root.GetProperty("coverage")),
        };
        Check(workload);
        return workload;
    }

    /// <summary>Every group that is named exists, and no two have one name.</summary>
    private static void Check(Workload workload)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var task in workload.Tasks)
            if (!names.Add(task.Name))
                throw new JsonFileException("two tasks have one name.");
        foreach (var task in workload.Tasks)
        {
            if (task.Parent is not null
                && !names.Contains(task.Parent)) throw new JsonFileException("the parent of a task is none of the tasks.");
            foreach (var step in task.Steps)
                if ((step.By is not null && !names.Contains(step.By)) || step.Wakes.Any(wake => !names.Contains(wake.Task)))
                    throw new JsonFileException("a step names a task that is none of the tasks.");
        }
    }

    private static WorkloadSource Source(JsonElement source) => new()
    {
        Recording = OptionalText(source, "recording"), KernelRelease = OptionalText(source, "kernelRelease"),
        Machine = OptionalText(source, "machine"), Cpus = (int?)OptionalNumber(source, "cpus", MostCpus),
        DurationNanoseconds = Number(source, "durationNanoseconds", MostTime), LostEvents = Number(source, "lostEvents",
            MostCount),
    };

    private static WorkloadTask Task(JsonElement task)
    {
        var name = Text(task, "name");
        if (name.Length is 0 or > LongestGroup || name.Any(c => !(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':')))
            throw new JsonFileException(
                "the name of a task has other characters than letters, digits, - _ . and :, or is too long.");
        return new WorkloadTask
        {
            Name = name, Comm = Text(task, "comm"), ProcessIds = Numbers(task, "processIds", MostPids, int.MaxValue),
            Instances = (int)Number(task, "instances", MostInstances) is > 0 and var instances ? instances
                : throw new JsonFileException("a task has no instances."),
            Policy = OptionalName(task, "policy", Policies), Priority = (int?)OptionalNumber(task, "priority", 99, 1),
            Nice = (int?)OptionalNumber(task, "nice", 19, -20), Cpus = Numbers(task, "cpus", MostCpus, MostCpus - 1),
            IsPinned = task.GetProperty("isPinned").GetBoolean(), Loop = Name(task, "loop", Loops), Parent = OptionalText(task,
                "parent"),
            StartNanoseconds = OptionalNumber(task, "startNanoseconds", MostTime), Activations = Number(task, "activations",
                MostCount),
            RunNanoseconds = Number(task, "runNanoseconds", MostTime), Migrations = Number(task, "migrations", MostCount),
            RunLengths = Quantiles(task, "runLengths"), Intervals = Quantiles(task, "intervals"),
            OffsetNanoseconds = OptionalNumber(task, "offsetNanoseconds", MostTime), Io = [.. Rows(task, "io", MostIo)
                .Select(Io)],
            Steps = [.. Rows(task, "steps", MostSteps).Select(Step)],
        };
    }

    private static WorkloadStep Step(JsonElement step) => new()
    {
        Trigger = Name(step, "trigger", Triggers), By = OptionalText(step, "by"),
        IntervalNanoseconds = OptionalNumber(step, "intervalNanoseconds", MostTime),
        SleepNanoseconds = OptionalNumber(step, "sleepNanoseconds", MostTime), RunNanoseconds = Number(step, "runNanoseconds",
            MostTime),
        Wakes = [.. Rows(step, "wakes", MostWakes)
            .Select(wake => new WorkloadWake(Text(wake, "task"), Number(wake, "afterNanoseconds", MostTime)))],
        Block = Name(step, "block", Blocks),
        Repeat = Number(step, "repeat", int.MaxValue) is > 0 and var repeat ? repeat
            : throw new JsonFileException("a step is repeated less than once."),
    };

    private static WorkloadIo Io(JsonElement io) => new()
    {
        Device = Text(io, "device"), Operation = Name(io, "operation", Operations), Requests = Number(io, "requests", MostCount),
        Bytes = Number(io, "bytes", MostBytes), Bursts = Number(io, "bursts", MostCount),
        IntervalNanoseconds = OptionalNumber(io, "intervalNanoseconds", MostTime),
            IsSequential = io.GetProperty("isSequential").GetBoolean(),
        IsSynchronous = io.GetProperty("isSynchronous").GetBoolean(), Flushes = Number(io, "flushes", MostCount),
    };

    private static WorkloadEdge Edge(JsonElement edge)
        => new(Text(edge, "waker"), Text(edge, "wakee"), Number(edge, "count", MostCount),
        edge.GetProperty("isModelled").GetBoolean());

    private static WorkloadCoverage Coverage(JsonElement coverage) => new()
    {
        RunNanoseconds = Number(coverage, "runNanoseconds", MostTime),
        ModelledRunNanoseconds = Number(coverage, "modelledRunNanoseconds", MostTime), Wakeups = Number(coverage, "wakeups",
            MostCount),
        ModelledWakeups = Number(coverage, "modelledWakeups", MostCount), IoRequests = OptionalNumber(coverage, "ioRequests",
            MostCount),
        ModelledIoRequests = OptionalNumber(coverage, "modelledIoRequests", MostCount),
        Gaps = [.. Rows(coverage, "gaps", MostGaps).Select(gap => new WorkloadGap(Text(gap, "reason"), Text(gap, "text"),
            Number(gap, "runNanoseconds", MostTime), Number(gap, "wakeups", MostCount), Number(gap, "ioRequests", MostCount)))],
    };

    private static WorkloadQuantiles? Quantiles(JsonElement of, string name)
    {
        if (of.GetProperty(name) is not { ValueKind: not JsonValueKind.Null } value) return null;
        var quantiles = new WorkloadQuantiles(Number(value, "count", MostCount), Number(value, "minNanoseconds", MostTime),
            Number(value, "p10Nanoseconds", MostTime), Number(value, "p50Nanoseconds", MostTime), Number(value, "p90Nanoseconds",
                MostTime),
            Number(value, "p99Nanoseconds", MostTime), Number(value, "maxNanoseconds", MostTime), Number(value,
                "meanNanoseconds", MostTime));
        return quantiles.MinNanoseconds <= quantiles.P10Nanoseconds && quantiles.P10Nanoseconds <= quantiles.P50Nanoseconds
            && quantiles.P50Nanoseconds <= quantiles.P90Nanoseconds && quantiles.P90Nanoseconds <= quantiles.P99Nanoseconds
            && quantiles.P99Nanoseconds <= quantiles.MaxNanoseconds ? quantiles
            : throw new JsonFileException("quantiles are not in order.");
    }

    private static JsonElement.ArrayEnumerator Rows(JsonElement of, string name, int most)
    {
        var array = of.GetProperty(name);
        return array.GetArrayLength() <= most ? array.EnumerateArray()
            : throw new JsonFileException(string.Create(CultureInfo.InvariantCulture, $"it has more than {most} {name}."));
    }

    private static int[] Numbers(JsonElement of, string name, int most, int largest)
        => [.. Rows(of, name, most).Select(value => value.GetInt32() is >= 0 and var number && number <= largest
            ? number : throw new JsonFileException($"one of the {name} is out of range."))];

    private static string Text(JsonElement of, string name)
        => OptionalText(of, name) ?? throw new JsonFileException($"it has no {name}.");

    private static string? OptionalText(JsonElement of, string name)
    {
        var text = of.GetProperty(name).GetString();
        return text is { Length: > LongestName } ? throw new JsonFileException($"a {name} is too long.") : text;
    }

    private static string Name(JsonElement of, string name, string[] known)
        => OptionalName(of, name, known) ?? throw new JsonFileException($"it has no {name}.");

    private static string? OptionalName(JsonElement of, string name, string[] known)
        => OptionalText(of, name) is not { } text ? null : known.Contains(text) ? text
        : throw new JsonFileException($"a {name} is not known.");

    private static long Number(JsonElement of, string name, long most)
        => OptionalNumber(of, name, most) ?? throw new JsonFileException($"it has no {name}.");

    private static long? OptionalNumber(JsonElement of, string name, long most, long least = 0)
        => of.GetProperty(name) is not { ValueKind: not JsonValueKind.Null } value ? null
            : value.GetInt64() is var number && number >= least
            && number <= most ? number : throw new JsonFileException($"a {name} is out of range.");
}
