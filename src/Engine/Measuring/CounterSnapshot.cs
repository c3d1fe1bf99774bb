using System.Globalization;
using System.Text;

namespace KernelMagnifier.Measuring;

/// <summary>The counters of /proc at one time.</summary>
internal sealed class CounterSnapshot
{
    /// <summary>The CPU time that tasks were stalled for want of a resource.</summary>
    public const string Pressure = "linux.pressure.stalled_time";

    /// <summary>Interrupts.</summary>
    public const string Interrupts = "linux.interrupts";

    /// <summary>Tasks by state, at the end.</summary>
    public const string Processes = "system.process.count";

    // A damaged or hostile file has as many lines as it likes.
    private const int MostCounters = 20_000, MostBytes = 16 << 20;

    // In units of 1/100 s on every kernel (USER_HZ).
    private const double Tick = 0.01;
    private const double Nanosecond = 1e-9, Microsecond = 1e-6;

    // The columns of "cpu" in /proc/stat. Those of guests are part of user and nice.
    private static readonly string[] Modes = ["user", "nice", "system", "idle", "iowait", "interrupt", "softirq", "steal"];
    private static readonly string[] Resources = ["cpu", "memory", "io", "irq"];

    private readonly Dictionary<CounterKey, ulong> _values = [];
    private readonly List<string> _missing = [];
    private readonly string _proc;
    private readonly bool _byCpu;

    private CounterSnapshot(string proc, bool byCpu) => (_proc, _byCpu) = (proc, byCpu);

    /// <summary>The counters.</summary>
    public IReadOnlyDictionary<CounterKey, ulong> Values => _values;

    /// <summary>What this kernel does not count, as sentences.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Reads all files.</summary>
    public static CounterSnapshot Read(string proc, bool byCpu)
    {
        var snapshot = new CounterSnapshot(proc, byCpu);
        snapshot.ReadStat();
        snapshot.ReadSchedStat();
        snapshot.ReadInterrupts();
        snapshot.ReadSoftIrqs();
        snapshot.ReadPressure();
        return snapshot;
    }

    private void ReadStat()
    {
        foreach (var line in Lines("stat", "CPU time"))
        {
            var words = Words(line);
            switch (words[0])
            {
                case "cpu": AddModes(words, []); break;
                case "ctxt": Add(words, 1, "linux.context_switches", "{switch}", 1, []); break;
                case "processes": Add(words, 1, "system.process.created", "{process}", 1, []); break;
                case "procs_running": Add(words, 1, Processes, "{process}", 1, ["process.state", "running"]); break;
                case "procs_blocked": Add(words, 1, Processes, "{process}", 1, ["process.state", "blocked"]); break;
                default:
                    if (_byCpu && Cpu(words[0]) is { } cpu) AddModes(words, ["cpu.logical_number", cpu]);
                    break;
            }
        }
    }

    private void AddModes(string[] words, ReadOnlySpan<string> cpu)
    {
        for (var i = 0; i < Modes.Length; i++)
            Add(words, i + 1, "system.cpu.time", "s", Tick, ["cpu.mode", Modes[i], .. cpu]);
    }

    /// <summary>Documentation/scheduler/sched-stats.rst: the last three columns of each CPU.</summary>
    private void ReadSchedStat()
    {
        foreach (var line in Lines("schedstat", "time in run queues"))
        {
            var words = Words(line);
            if (Cpu(words[0]) is not { } cpu) continue;
            AddRunQueue(words, []);
            if (_byCpu) AddRunQueue(words, ["cpu.logical_number", cpu]);
        }
    }

    private void AddRunQueue(string[] words, ReadOnlySpan<string> cpu)
    {
        Add(words, 7, "linux.runqueue.run_time", "s", Nanosecond, cpu);
        Add(words, 8, "linux.runqueue.wait_time", "s", Nanosecond, cpu);
        Add(words, 9, "linux.runqueue.timeslices", "{timeslice}", 1, cpu);
    }

    /// <summary>A line of each interrupt: its name, a count of each CPU, then the chip, the line and the handlers.</summary>
    private void ReadInterrupts()
    {
        var cpus = 0;
        foreach (var line in Lines("interrupts", "the number of interrupts"))
        {
            var words = Words(line);
            if (cpus == 0)
            {
                cpus = words.Length;
                continue;
            }
            var (total, at) = (0UL, 1);
            for (; at < words.Length && at <= cpus && Number(words[at]) is { } count; at++) total += count;
            var irq = words[0].TrimEnd(':');
            string[] attributes = ["irq", irq];
            // A numbered interrupt ends with its handlers; the others with a description.
            var isNumbered = irq.Length > 0 && irq.All(char.IsAsciiDigit);
            var name = string.Join(' ', words.Skip(isNumbered ? Math.Max(at, words.Length - 1) : at));
            Add(Interrupts, "{interrupt}", 1, name.Length == 0 ? attributes : [.. attributes, "name", name], total);
        }
    }

    private void ReadSoftIrqs()
    {
        var isFirst = true;
        foreach (var line in Lines("softirqs", "the number of softirqs"))
        {
            if (!isFirst)
            {
                var words = Words(line);
                var total = words.Skip(1).Aggregate(0UL, (sum, word) => sum + (Number(word) ?? 0));
                Add("linux.softirqs", "{softirq}", 1, ["vector", words[0].TrimEnd(':')], total);
            }
            isFirst = false;
        }
    }

    private void ReadPressure()
    {
        if (!Directory.Exists(Path.Combine(_proc, "pressure")))
        {
            _missing.Add("This kernel does not count pressure (CONFIG_PSI, psi=1), so there is no /proc/pressure.");
            return;
        }
        foreach (var resource in Resources)
        {
            // Kernels before 6.1 have no irq.
            foreach (var line in Lines("pressure/" + resource, null))
            {
                var words = Words(line);
                var total = words.FirstOrDefault(word => word.StartsWith("total=", StringComparison.Ordinal));
                if (total is not null && Number(total[6..]) is { } stalled)
                    Add(Pressure, "s", Microsecond, ["resource", resource, "stall", words[0]], stalled);
            }
        }
    }

    private void Add(string[] words, int at, string name, string unit, double scale, ReadOnlySpan<string> attributes)
    {
        if (at < words.Length && Number(words[at]) is { } count) Add(name, unit, scale, attributes, count);
    }

    /// <summary>Adds a count; those of several lines with the same key are summed.</summary>
    private void Add(string name, string unit, double scale, ReadOnlySpan<string> attributes, ulong count)
    {
        var key = new CounterKey(name, unit, scale, CounterKey.Join(attributes));
        if (!_values.TryGetValue(key, out var sum) && _values.Count >= MostCounters) return;
        _values[key] = sum + count;
    }

    /// <summary>The lines of a file that have words.</summary>
    private IEnumerable<string> Lines(string file, string? counts)
    {
        string text;
        try
        {
            using var stream = File.OpenRead(Path.Combine(_proc, file));
            using var buffer = new MemoryStream();
            var chunk = new byte[1 << 14];
            for (int got; buffer.Length < MostBytes && (got = stream.Read(chunk)) > 0;) buffer.Write(chunk, 0, got);
            text = Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            if (counts is not null) _missing.Add($"{Path.Combine(_proc, file)} cannot be read, so {counts} is not known.");
            yield break;
        }
        foreach (var line in text.Split('\n'))
            if (!string.IsNullOrWhiteSpace(line))
                yield return line;
    }

    private static string[] Words(string line) => line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The number of a CPU in <c>cpuN</c>; null for other words.</summary>
    private static string? Cpu(string word)
        => word.StartsWith("cpu", StringComparison.Ordinal) && word.Length > 3
            && word.AsSpan(3).IndexOfAnyExceptInRange('0', '9') < 0
            ? word[3..] : null;

    private static ulong? Number(string word)
        => ulong.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
