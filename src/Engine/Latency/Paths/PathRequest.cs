using System.Globalization;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Latency.Paths;

/// <summary>The task and the span of time of a critical path.</summary>
/// <param name="ProcessId">The pid of the task; null if it is given by its name.</param>
/// <param name="Comm">The name of the task, which can contain wildcards; null if it is given by its pid.</param>
/// <param name="Since">The begin, in seconds or counts of the trace clock; null for that of the recording.</param>
/// <param name="Until">The end; null for that of the recording.</param>
internal sealed record PathRequest(int? ProcessId, string? Comm, double? Since, double? Until)
{
    private const int MostListed = 20;

    /// <summary>Reads a recording and returns the path, in time order.</summary>
    /// <exception cref="KernelMagnifierException">
    /// The recording has no events of the scheduler, nothing in that span, no such task, or several tasks of that name.
    /// </exception>
    public IReadOnlyList<PathSegment> Read(TraceReader reader, CancellationToken cancel)
    {
        var reading = CriticalPathReading.Read(reader, Since, Until, cancel);
        if (reading.Missing is { } missing)
            throw new KernelMagnifierException(ErrorCode.EventsNotRecorded, reader.Source.Path,
                $"the recording does not have {missing}, which tells what tasks wait for.",
                "Record the events sched:sched_switch and sched:sched_waking.");
        if (reading.IsEmpty)
            throw new KernelMagnifierException(ErrorCode.ValueOutOfRange, reader.Source.Path,
                $"no event of the recording is in the time range{Span(reading.Info)}.", "Give a time range within the recording.");
        return reading.PathOf(TaskOf(reading, reader.Source.Path));
    }

    private int TaskOf(CriticalPathReading reading, string path)
    {
        if (ProcessId is { } pid)
            return reading.Knows(pid) ? pid
                : throw NotFound(path, string.Create(CultureInfo.InvariantCulture, $"no event in the time range tells of a task {pid}."));
        var found = reading.Find(Comm ?? "").Where(reading.Knows).ToList();
        if (found.Count == 1) return found[0];
        if (found.Count == 0) throw NotFound(path, $"no event in the time range tells of a task with the name {Comm}.");
        var list = string.Join(", ", found.Take(MostListed).Select(one => $"{reading.Comm(one)}/{one}"));
        throw new KernelMagnifierException(ErrorCode.TaskAmbiguous, path,
            $"{Comm} is the name of {found.Count} tasks: {list}{(found.Count > MostListed ? ", …" : "")}.", "Give the pid of one of them.");
    }

    private static KernelMagnifierException NotFound(string path, string cause)
        => new(ErrorCode.TaskNotFound, path, cause, "Give a task that did something in that time, or another time range.");

    private static string Span(TraceInfo info)
        => info is { FirstTimestamp: { } first, LastTimestamp: { } last }
            ? string.Create(CultureInfo.InvariantCulture, $"; it is from {first:0.######} to {last:0.######}") : "";
}
