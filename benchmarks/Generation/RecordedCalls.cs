using System.Diagnostics;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// The calls of a real recording, in its order. Generated recordings consist of runs of them, so that edges, tasks, contexts,
/// flags and CPUs have the frequency and order that they had in the kernel. Each run uses one of several variants with their own
/// function names, which gives a small recording as many edges as a large one.
/// </summary>
internal sealed class RecordedCalls
{
    /// <summary>The number of variants of every name; the first is the recorded name.</summary>
    public const int Variants = 4;

    private static readonly string[] Suffixes = ["", "_nolock", ".part.0", ".isra.0"];

    private RecordedCalls(List<CallRecord> calls, CallNames names, List<string> flags)
    {
        Calls = [.. calls];
        Flags = [.. flags];
        // The engine assigns ids in any order, because it reads on all cores; a seed must always yield the same bytes.
        var (functions, tasks) = (new Numbers(), new Numbers());
        foreach (ref var call in Calls.AsSpan())
        {
            (call.Function, call.Caller) = (functions.Of(call.Function), functions.Of(call.Caller));
            call.Task = tasks.Of(call.Task);
        }
        Functions = [.. functions.Select(id => (names.Functions[id].Name, names.Functions[id].Module))];
        Tasks = [.. tasks.Select(id => (names.Tasks[id].Comm, names.Tasks[id].ProcessId))];
        Cpus = Calls.Max(c => c.Cpu) + 1;
    }

    /// <summary>The calls.</summary>
    public CallRecord[] Calls { get; }

    /// <summary>
    /// The five latency flags of each call: irqs-off, need-resched, context, preempt depth and migrate-disable.
    /// </summary>
    public string[] Flags { get; }

    /// <summary>The functions, by the ids that the calls contain.</summary>
    public (string Name, string? Module)[] Functions { get; }

    /// <summary>The tasks, by the ids that the calls contain.</summary>
    public (string Comm, int Pid)[] Tasks { get; }

    /// <summary>The number of CPUs.</summary>
    public int Cpus { get; }

    /// <summary>Reads the calls with the engine, and the latency flags, which the engine does not keep, from the lines.</summary>
    public static RecordedCalls Read(string path)
    {
        var sink = new Collector();
        using var reader = TraceFile.Open(path);
        reader.Read(sink);
        var flags = new List<string>(sink.Calls.Count);
        foreach (var line in Lines(path))
        {
            var bracket = line.IndexOf("] ", StringComparison.Ordinal);
            if (!line.StartsWith('#') && !line.StartsWith("CPU:", StringComparison.Ordinal)
                && line.Contains(" <-", StringComparison.Ordinal) && bracket > 0)
                flags.Add(line.Substring(bracket + 2, 5));
        }
        if (flags.Count != sink.Calls.Count)
            throw new InvalidDataException(
                $"{path}: the engine reads {sink.Calls.Count} calls, but {flags.Count} lines look like calls.");
        return new RecordedCalls(sink.Calls, reader.Names, flags);
    }

    /// <summary>The name of a function in trace text.</summary>
    public string Spelling(int function, int variant)
    {
        var (name, module) = Functions[function];
        return module is null ? name + Suffixes[variant] : $"{name}{Suffixes[variant]} [{module}]";
    }

    /// <summary>The variant of the next run; most runs use the recorded names.</summary>
    public static int Variant(Dice dice) => dice.Below(20) switch { < 13 => 0, < 16 => 1, < 18 => 2, _ => 3 };

    /// <summary>The number of calls in the next run.</summary>
    public static int RunLength(Dice dice) => 16 + dice.Below(240);

    private static IEnumerable<string> Lines(string path)
    {
        if (!path.EndsWith(".zst", StringComparison.Ordinal)) return File.ReadLines(path);
        using var zstd = Process.Start(new ProcessStartInfo("zstd", ["-dc", path]) { RedirectStandardOutput = true })!;
        var text = zstd.StandardOutput.ReadToEnd();
        zstd.WaitForExit();
        return text.Split('\n');
    }

    /// <summary>Assigns consecutive numbers in the order of first appearance.</summary>
    private sealed class Numbers : List<int>
    {
        private readonly Dictionary<int, int> _known = [];

        public int Of(int id)
        {
            if (_known.TryGetValue(id, out var number)) return number;
            Add(id);
            return _known[id] = Count - 1;
        }
    }

    private sealed class Collector : CallSink
    {
        public List<CallRecord> Calls { get; } = [];

        public override CallFields Fields => CallFields.All;

        public override bool InOrder => true;

        public override void Accept(ReadOnlySpan<CallRecord> calls) => Calls.AddRange(calls);
    }
}
