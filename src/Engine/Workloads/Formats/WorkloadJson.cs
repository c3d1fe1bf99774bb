using System.Text.Json;

namespace KernelMagnifier.Workloads.Formats;

/// <summary>Writes a workload as JSON. docs/formats/workload.md describes it.</summary>
internal static class WorkloadJson
{
    /// <summary>Writes a workload as an object, with the name and version of the format.</summary>
    public static void Write(Utf8JsonWriter json, Workload workload)
    {
        json.WriteStartObject();
        json.WriteString("schema", WorkloadFile.Schema);
        json.WriteNumber("version", WorkloadFile.Version);
        Source(json, workload.Source);
        json.WriteNumber("cpuScale", workload.CpuScale);
        json.WriteStartArray("tasks");
        foreach (var task in workload.Tasks) Task(json, task);
        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (var edge in workload.Edges)
        {
            json.WriteStartObject();
            json.WriteString("waker", edge.Waker);
            json.WriteString("wakee", edge.Wakee);
            json.WriteNumber("count", edge.Count);
            json.WriteBoolean("isModelled", edge.IsModelled);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        Coverage(json, workload.Coverage);
        json.WriteEndObject();
    }

    private static void Source(Utf8JsonWriter json, WorkloadSource source)
    {
        json.WriteStartObject("source");
        json.WriteString("recording", source.Recording);
        json.WriteString("kernelRelease", source.KernelRelease);
        json.WriteString("machine", source.Machine);
        Number(json, "cpus", source.Cpus);
        json.WriteNumber("durationNanoseconds", source.DurationNanoseconds);
        json.WriteNumber("lostEvents", source.LostEvents);
        json.WriteEndObject();
    }

    private static void Task(Utf8JsonWriter json, WorkloadTask task)
    {
        json.WriteStartObject();
        json.WriteString("name", task.Name);
        json.WriteString("comm", task.Comm);
        Numbers(json, "processIds", task.ProcessIds);
        json.WriteNumber("instances", task.Instances);
        json.WriteString("policy", task.Policy);
        Number(json, "priority", task.Priority);
        Number(json, "nice", task.Nice);
        Numbers(json, "cpus", task.Cpus);
        json.WriteBoolean("isPinned", task.IsPinned);
        json.WriteString("loop", task.Loop);
        json.WriteString("parent", task.Parent);
        Number(json, "startNanoseconds", task.StartNanoseconds);
        json.WriteNumber("activations", task.Activations);
        json.WriteNumber("runNanoseconds", task.RunNanoseconds);
        json.WriteNumber("migrations", task.Migrations);
        Quantiles(json, "runLengths", task.RunLengths);
        Quantiles(json, "intervals", task.Intervals);
        Number(json, "offsetNanoseconds", task.OffsetNanoseconds);
        json.WriteStartArray("io");
        foreach (var io in task.Io) Io(json, io);
        json.WriteEndArray();
        json.WriteStartArray("steps");
        foreach (var step in task.Steps) Step(json, step);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Step(Utf8JsonWriter json, WorkloadStep step)
    {
        json.WriteStartObject();
        json.WriteString("trigger", step.Trigger);
        json.WriteString("by", step.By);
        Number(json, "intervalNanoseconds", step.IntervalNanoseconds);
        Number(json, "sleepNanoseconds", step.SleepNanoseconds);
        json.WriteNumber("runNanoseconds", step.RunNanoseconds);
        json.WriteStartArray("wakes");
        foreach (var wake in step.Wakes)
        {
            json.WriteStartObject();
            json.WriteString("task", wake.Task);
            json.WriteNumber("afterNanoseconds", wake.AfterNanoseconds);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteString("block", step.Block);
        json.WriteNumber("repeat", step.Repeat);
        json.WriteEndObject();
    }

    private static void Io(Utf8JsonWriter json, WorkloadIo io)
    {
        json.WriteStartObject();
        json.WriteString("device", io.Device);
        json.WriteString("operation", io.Operation);
        json.WriteNumber("requests", io.Requests);
        json.WriteNumber("bytes", io.Bytes);
        json.WriteNumber("bursts", io.Bursts);
        Number(json, "intervalNanoseconds", io.IntervalNanoseconds);
        json.WriteBoolean("isSequential", io.IsSequential);
        json.WriteBoolean("isSynchronous", io.IsSynchronous);
        json.WriteNumber("flushes", io.Flushes);
        json.WriteEndObject();
    }

    private static void Coverage(Utf8JsonWriter json, WorkloadCoverage coverage)
    {
        json.WriteStartObject("coverage");
        json.WriteNumber("runNanoseconds", coverage.RunNanoseconds);
        json.WriteNumber("modelledRunNanoseconds", coverage.ModelledRunNanoseconds);
        json.WriteNumber("wakeups", coverage.Wakeups);
        json.WriteNumber("modelledWakeups", coverage.ModelledWakeups);
        Number(json, "ioRequests", coverage.IoRequests);
        Number(json, "modelledIoRequests", coverage.ModelledIoRequests);
        json.WriteStartArray("gaps");
        foreach (var gap in coverage.Gaps)
        {
            json.WriteStartObject();
            json.WriteString("reason", gap.Reason);
            json.WriteString("text", gap.Text);
            json.WriteNumber("runNanoseconds", gap.RunNanoseconds);
            json.WriteNumber("wakeups", gap.Wakeups);
            json.WriteNumber("ioRequests", gap.IoRequests);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Quantiles(Utf8JsonWriter json, string name, WorkloadQuantiles? quantiles)
    {
        if (quantiles is not { } known)
        {
            json.WriteNull(name);
            return;
        }
        json.WriteStartObject(name);
        json.WriteNumber("count", known.Count);
        json.WriteNumber("minNanoseconds", known.MinNanoseconds);
        json.WriteNumber("p10Nanoseconds", known.P10Nanoseconds);
        json.WriteNumber("p50Nanoseconds", known.P50Nanoseconds);
        json.WriteNumber("p90Nanoseconds", known.P90Nanoseconds);
        json.WriteNumber("p99Nanoseconds", known.P99Nanoseconds);
        json.WriteNumber("maxNanoseconds", known.MaxNanoseconds);
        json.WriteNumber("meanNanoseconds", known.MeanNanoseconds);
        json.WriteEndObject();
    }

    private static void Numbers(Utf8JsonWriter json, string name, IReadOnlyList<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }

    private static void Number(Utf8JsonWriter json, string name, long? value)
    {
        if (value is { } known) json.WriteNumber(name, known);
        else json.WriteNull(name);
    }
}
