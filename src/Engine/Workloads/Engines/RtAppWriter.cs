using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace KernelMagnifier.Workloads.Engines;

/// <summary>Writes the file that rt-app 1.0 runs a workload by. docs/workloads.md says what becomes of which step.</summary>
internal static class RtAppWriter
{
    /// <summary>The most threads of a run.</summary>
    public const int MostThreads = 512;

    // A workload that comes from somewhere can have steps without end; one of a recording has a few hundred for each thread.
    private const int MostEvents = 1 << 20;

    // rt-app keeps microseconds in an int.
    private const long MostMicroseconds = int.MaxValue;
    private const long Microsecond = 1000;

    /// <summary>Writes a workload.</summary>
    /// <param name="workload">The workload.</param>
    /// <param name="plan">How it runs.</param>
    /// <param name="output">The output.</param>
    /// <returns>What rt-app does otherwise than the recording, as sentences.</returns>
    public static IReadOnlyList<string> Write(Workload workload, RtAppPlan plan, Stream output)
    {
        var notes = new RtAppNotes();
        var threads = Threads(workload, plan, notes);
        // rt-app keeps names as they are: escaped characters beyond ASCII would be others.
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true,
            Encoder = JavaScriptEncoder.Default });
        json.WriteStartObject();
        Global(json, workload, plan);
        json.WriteStartObject("tasks");
        foreach (var thread in threads) Thread(json, thread, plan.Cpus ?? int.MaxValue, notes);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        output.WriteByte((byte)'\n');
        return notes.All;
    }

    /// <summary>The whole seconds that a run lasts.</summary>
    public static int Seconds(Workload workload, TimeSpan? duration)
        => (int)Math.Clamp(Math.Ceiling(duration?.TotalSeconds ?? (workload.Source.DurationNanoseconds / 1e9)), 1,
        int.MaxValue / 1000);

    /// <summary>The number of threads of a run.</summary>
    public static int Threads(Workload workload, RtAppPlan plan) => Threads(workload, plan, new RtAppNotes()).Count;

    private static List<RtAppThread> Threads(Workload workload, RtAppPlan plan, RtAppNotes notes)
    {
        var (rings, threads, events) = (new RtAppRings(workload), new List<RtAppThread>(), 0L);
        WorkloadTask[] tasks = [.. workload.Tasks
            .Where(task => task.Steps.Count > 0 && !(plan.WithoutIo && FioWriter.IsIo(task)))];
        // The first one begins at once: a recording is often on for a while before its load begins.
        var begin = tasks.Select(task => task.OffsetNanoseconds ?? 0).DefaultIfEmpty().Min();
        foreach (var task in tasks)
        {
            if (!plan.WithoutIo && FioWriter.IsIo(task)) notes.Io(task);
            if (task.Loop == "Once" && task.ProcessIds.Count > 1) notes.Forks(task);
            for (var i = 0; i < task.Instances; i++)
            {
                if (threads.Count == MostThreads || events >= MostEvents)
                {
                    notes.TooMany(threads.Count);
                    return threads;
                }
                threads.Add(new RtAppThread(task, i, rings, plan.OverheadNanoseconds, begin));
                events += threads[^1].Events.Count;
            }
        }
        return threads;
    }

    private static void Global(Utf8JsonWriter json, Workload workload, RtAppPlan plan)
    {
        json.WriteStartObject("global");
        json.WriteNumber("duration", Seconds(workload, plan.Duration));
        if (plan.NanosecondsPerLoop is { } loop) json.WriteNumber("calibration", loop);
        else json.WriteString("calibration", string.Create(CultureInfo.InvariantCulture, $"CPU{plan.CalibrationCpu}"));
        json.WriteString("default_policy", "SCHED_OTHER");
        json.WriteBoolean("lock_pages", false);
        json.WriteString("logdir", plan.LogDirectory);
        // A number of megabytes of memory; rt-app 1.0 takes "disable" for a file.
        json.WriteNumber("log_size", 0);
        json.WriteEndObject();
    }

    private static void Thread(Utf8JsonWriter json, RtAppThread thread, int cpus, RtAppNotes notes)
    {
        var task = thread.Task;
        json.WriteStartObject(thread.Name);
        json.WriteNumber("instance", 1);
        json.WriteNumber("loop", thread.Loop);
        if (Microseconds(thread.Delay) is > 0 and var delay) json.WriteNumber("delay", delay);
        json.WriteString("policy", task is { Policy: "RealTime", Priority: not null } ? "SCHED_FIFO" : "SCHED_OTHER");
        json.WriteNumber("priority", task is { Policy: "RealTime", Priority: { } priority } ? Math.Clamp(priority, 1, 99)
            : Math.Clamp(task.Nice ?? 0, -20, 19));
        if (task.IsPinned) Cpus(json, task, cpus, notes);
        json.WriteStartObject("phases");
        json.WriteStartObject("steps");
        json.WriteNumber("loop", 1);
        Events(json, thread);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void Cpus(Utf8JsonWriter json, WorkloadTask task, int cpus, RtAppNotes notes)
    {
        var allowed = task.Cpus.Where(cpu => cpu >= 0 && cpu < cpus).ToArray();
        if (allowed.Length < task.Cpus.Count) notes.Cpus(task);
        if (allowed.Length == 0) return;
        json.WriteStartArray("cpus");
        foreach (var cpu in allowed) json.WriteNumberValue(cpu);
        json.WriteEndArray();
    }

    private static void Events(Utf8JsonWriter json, RtAppThread thread)
    {
        // What rounding to microseconds leaves of a run is added to the next one.
        var (number, left) = (0, 0L);
        string Key(string name) => string.Create(CultureInfo.InvariantCulture, $"{name}{number++}");
        foreach (var one in thread.Events)
        {
            switch (one.Kind)
            {
                case RtAppEventKind.Run:
                    var length = Microseconds(one.Nanoseconds + left);
                    left = one.Nanoseconds + left - (length * Microsecond);
                    if (length > 0) json.WriteNumber(Key("run"), length);
                    break;
                case RtAppEventKind.Timer:
                    json.WriteStartObject(Key("timer"));
                    // A timer of each thread that begins with this word is its own.
                    json.WriteString("ref", "unique");
                    json.WriteNumber("period", Math.Max(1, Microseconds(one.Nanoseconds)));
                    json.WriteString("mode", "absolute");
                    json.WriteEndObject();
                    break;
                case RtAppEventKind.Sleep: json.WriteNumber(Key("sleep"), Math.Max(1, Microseconds(one.Nanoseconds))); break;
                case RtAppEventKind.Signal: json.WriteString(Key("signal"), one.Group); break;
                case RtAppEventKind.Meet: json.WriteString(Key("barrier"), one.Group); break;
                default:
                    json.WriteString(Key("lock"), one.Group);
                    json.WriteStartObject(Key("wait"));
                    json.WriteString("ref", one.Group);
                    json.WriteString("mutex", one.Group);
                    json.WriteEndObject();
                    json.WriteString(Key("unlock"), one.Group);
                    break;
            }
        }
    }

    private static long Microseconds(long nanoseconds)
        => Math.Clamp((nanoseconds + (Microsecond / 2)) / Microsecond, 0, MostMicroseconds);
}
