using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Fuzzing;

/// <summary>Text of kernel events, whose tasks have critical paths: the segments cover the span without gap or overlap.</summary>
internal sealed class PathsTarget() : FuzzTarget("paths")
{
    private const int MostTasks = 24;

    protected override long StepsPerByte => 60_000;

    protected override long MemoryPerByte => 16_384;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        using var stream = new MemoryStream(input.ToArray());
        using var reader = TraceFile.Open(stream, "input", new() { Threads = 1 });
        var reading = CriticalPathReading.Read(reader, null, null, default);
        if (reading.IsEmpty || reading.Missing is not null) return;
        foreach (var task in reading.Find("*").Take(MostTasks)) CheckPath(reading, task);
    }

    private static void CheckPath(CriticalPathReading reading, int task)
    {
        var at = reading.Since;
        foreach (var segment in reading.PathOf(task))
        {
            Check(segment.StartTime == at && segment.EndTime > at, $"{task}: after {at} comes {segment.StartTime} to {segment.EndTime}");
            Check(segment.DurationNanoseconds == segment.EndTime - segment.StartTime && segment.Depth is >= 0 and <= 64,
                $"{task}: {segment}");
            at = segment.EndTime;
        }
        Check(at == reading.Until, $"{task}: the path from {reading.Since} to {reading.Until} ends at {at}");
    }
}
