using System.Globalization;
using System.Text;

namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>A recording that is large enough to interrupt its reading, with a symbol map of its functions.</summary>
public sealed class LargeRecording : IDisposable
{
    /// <summary>The number of calls in the recording.</summary>
    public const int Calls = 400_000;

    // About 40 MB of events.
    private const int Rounds = 120_000;
    private const int Functions = 60;
    private const int SymbolsInMap = 200_000;
    private readonly TemporaryFolder _folder = new();

    public LargeRecording()
    {
        using (var trace = new StreamWriter(Path, false, Encoding.ASCII, 1 << 20))
        {
            trace.Write("# tracer: function\n#\n");
            trace.Write("#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n");
            trace.Write("#              | |         |   |||||     |         |\n");
            for (var i = 0; i < Calls; i++)
            {
                // A hash mixes callers and callees, in the same way in each run.
                var scrambled = (uint)i * 2_654_435_761u;
                var (callee, caller) = ($"function_{scrambled % Functions}", $"function_{(scrambled >> 12) % Functions}");
                trace.Write(string.Create(CultureInfo.InvariantCulture,
                    $"          worker-{100 + i % 7,-5} [{i % 4:000}] ..... 100.{i:000000}: {callee} <-{caller}\n"));
            }
        }
        WriteEvents();
        using var map = new StreamWriter(Map, false, Encoding.ASCII, 1 << 20);
        for (var i = 0; i < SymbolsInMap; i++)
            map.Write(string.Create(CultureInfo.InvariantCulture, $"function_{i}|net/part{i % 100}/file{i % 1000}.c\n"));
    }

    /// <summary>The recording: text of the function tracer.</summary>
    public string Path => _folder.File("large.trace");

    /// <summary>Kernel events: four tasks on two CPUs that wake each other.</summary>
    public string Events => _folder.File("events.trace");

    /// <summary>The symbol map.</summary>
    public string Map => _folder.File("large.map");

    /// <summary>True while this process has the recording or its map open.</summary>
    public bool IsOpen
        => Directory.EnumerateFiles("/proc/self/fd").Select(TargetOf).Any(target => target == Path || target == Map || target == Events);

    public void Dispose() => _folder.Dispose();

    private void WriteEvents()
    {
        using var trace = new StreamWriter(Events, false, Encoding.ASCII, 1 << 20);
        trace.Write("# tracer: nop\n#\n#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n#              | |         |   |||||     |         |\n");
        for (var i = 0; i < Rounds; i++)
        {
            // On each CPU, two tasks take turns, and each wakes the next one before it sleeps.
            var (cpu, time) = (i % 2, 100_000_000L + i * 10);
            var (now, next) = (100 + cpu + i / 2 % 2 * 2, 100 + cpu + (i / 2 + 1) % 2 * 2);
            Event(now, cpu, time, $"sched_waking: comm=task-{next} pid={next} prio=120 target_cpu={cpu:000}");
            Event(now, cpu, time + 2, $"sched_wakeup: comm=task-{next} pid={next} prio=120 target_cpu={cpu:000}");
            Event(now, cpu, time + 4, $"sched_switch: prev_comm=task-{now} prev_pid={now} prev_prio=120 prev_state=S ==> "
                + $"next_comm=task-{next} next_pid={next} next_prio=120");
        }

        void Event(int task, int cpu, long time, string message) => trace.Write(string.Create(CultureInfo.InvariantCulture,
            $"        task-{task}-{task,-5} [{cpu:000}] d.... {time / 1_000_000}.{time % 1_000_000:000000}: {message}\n"));
    }

    private static string? TargetOf(string descriptor)
    {
        try
        {
            return File.ResolveLinkTarget(descriptor, false)?.FullName;
        }
        catch (IOException)
        {
            // The file was closed after it was listed.
            return null;
        }
    }
}
