using System.Globalization;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Text;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Compares the intervals of a recording with the results of an independent program.</summary>
internal sealed class ExpectedLatencies(CollectedIntervals intervals)
{
    private static readonly Dictionary<string, IntervalKind> Kinds = new()
    {
        ["wakeup"] = IntervalKind.Wakeup, ["wakeup_new"] = IntervalKind.WakeupNew, ["preempt"] = IntervalKind.Preempted,
        ["oncpu"] = IntervalKind.OnCpu, ["idle"] = IntervalKind.Idle, ["syscall"] = IntervalKind.Syscall, ["syscall_named"] = IntervalKind.Syscall,
        ["irq"] = IntervalKind.Irq, ["irq_vector"] = IntervalKind.IrqVector, ["softirq"] = IntervalKind.SoftIrq,
        ["softirq_raise"] = IntervalKind.SoftIrqRaise, ["workqueue_queue"] = IntervalKind.WorkQueue, ["workqueue_execute"] = IntervalKind.WorkRun,
        ["timer"] = IntervalKind.Timer, ["hrtimer"] = IntervalKind.HrTimer, ["block"] = IntervalKind.Block,
        ["timerlat_irq"] = IntervalKind.TimerLatIrq, ["timerlat_thread"] = IntervalKind.TimerLatThread, ["timerlat_user"] = IntervalKind.TimerLatUser,
        ["osnoise"] = IntervalKind.OsNoise, ["osnoise_irq"] = IntervalKind.OsNoiseIrq, ["osnoise_softirq"] = IntervalKind.OsNoiseSoftIrq,
        ["osnoise_thread"] = IntervalKind.OsNoiseThread, ["osnoise_nmi"] = IntervalKind.OsNoiseNmi,
    };

    private readonly List<string> _differences = [];

    /// <summary>The kind of a metric of the other program; null if there is none.</summary>
    public static IntervalKind? KindOf(string metric) => Kinds.TryGetValue(metric, out var kind) ? kind : null;

    /// <summary>What differs; empty if nothing does.</summary>
    public List<string> Differences(JsonElement expected)
    {
        var metrics = expected.GetProperty("metrics");
        foreach (var metric in metrics.EnumerateObject())
        {
            // Where both kinds of events of system calls are there, raw_syscalls count.
            if (metric.Name == "syscall_named" && metrics.TryGetProperty("syscall", out _)) continue;
            Compare(metric.Name, Kinds[metric.Name], metric.Value);
        }
        var known = metrics.EnumerateObject().Select(m => Kinds[m.Name]).ToHashSet();
        foreach (var kind in intervals.Accounts.Keys.Where(k => k is not (IntervalKind.Call or IntervalKind.HwLat) && !known.Contains(k)))
            _differences.Add($"{kind} is not expected");
        return _differences;
    }

    private void Compare(string name, IntervalKind kind, JsonElement expected)
    {
        if (!intervals.Accounts.TryGetValue(kind, out var account))
        {
            _differences.Add($"{name} is missing");
            return;
        }
        foreach (var term in expected.GetProperty("accounting").EnumerateObject())
        {
            var actual = Term(account, term.Name);
            if (actual != term.Value.GetInt64()) _differences.Add($"{name} {term.Name}: {actual} instead of {term.Value}");
        }
        foreach (var part in account.Parts.Keys.Where(p => !expected.GetProperty("accounting").TryGetProperty(p, out _)))
            _differences.Add($"{name} has {part}");
        var all = intervals.All.Where(i => i.Kind == kind).ToList();
        foreach (var group in expected.EnumerateObject())
        {
            if (group.Name == "accounting") continue;
            if (group.Name == "total")
            {
                Compare($"{name} total", kind, all, group.Value);
                continue;
            }
            var groups = all.GroupBy(i => KeyOf(i, group.Name)).ToDictionary(g => g.Key, g => g.ToList());
            foreach (var row in group.Value.EnumerateObject())
            {
                var label = $"{name} {group.Name} {row.Name}";
                if (groups.Remove(row.Name, out var list)) Compare(label, kind, list, row.Value);
                else _differences.Add($"{label} is missing");
            }
            foreach (var key in groups.Keys) _differences.Add($"{name} {group.Name} {key} is not expected");
        }
    }

    private void Compare(string label, IntervalKind kind, List<IntervalRecord> list, JsonElement expected)
    {
        var lengths = list.Select(i => i.Length).Order().ToArray();
        if (lengths.Length == 0)
        {
            _differences.Add($"{label}: no intervals");
            return;
        }
        var actual = new Dictionary<string, long>
        {
            ["count"] = lengths.Length, ["sum"] = lengths.Sum(), ["min"] = lengths[0], ["max"] = lengths[^1],
            ["p50"] = Percentile(lengths, 50), ["p90"] = Percentile(lengths, 90), ["p99"] = Percentile(lengths, 99),
        };
        foreach (var (name, value) in actual)
            if (expected.GetProperty(name).GetInt64() != value)
                _differences.Add($"{label} {name}: {value} instead of {expected.GetProperty(name)}");
        var worst = list.First(i => i.Length == lengths[^1]);
        var expectedWorst = expected.GetProperty("worst");
        var found = $"{worst.Start} {worst.End} {worst.Cpu}";
        var wanted = $"{expectedWorst.GetProperty("start")} {expectedWorst.GetProperty("end")} {expectedWorst.GetProperty("cpu")}";
        if (found != wanted) _differences.Add($"{label} worst: {found} instead of {wanted}");
        if (!expected.TryGetProperty("comm", out var comm)) return;
        // The other program has U+FFFD for each wrong byte. It reads the report of trace-cmd, which does not name every task of which the
        // recording has a name.
        var name2 = intervals.Names.Comm(list[0].ProcessId);
        var text = name2 is null ? "<...>" : Encoding.UTF8.GetString(NameText.Encode(name2));
        if (text != comm.GetString() && comm.GetString() != "<...>") _differences.Add($"{label} ({kind}): called {text} instead of {comm}");
    }

    private static long Percentile(long[] sorted, int q) => sorted[(int)Math.Ceiling(q * sorted.Length / 100.0) - 1];

    private string KeyOf(in IntervalRecord interval, string group) => group switch
    {
        "by_cpu" => interval.Cpu.ToString(CultureInfo.InvariantCulture),
        "by_task" => interval.ProcessId.ToString(CultureInfo.InvariantCulture),
        "by_task_syscall" => $"{interval.ProcessId}/{intervals.Names.Key(interval.Key)}",
        _ => intervals.Names.Key(interval.Key),
    };

    private static long Term(IntervalAccount account, string name) => name switch
    {
        "starts" => account.Starts,
        "ends" => account.Ends,
        "count" => account.Count,
        "uncertain" => account.Uncertain,
        "uncertain_ends" => account.UncertainEnds,
        "negative" => account.Negative,
        "no_wait" => account.NoWait,
        "superseded" => account.Superseded,
        "never_returned" => account.NeverReturned,
        "mismatched" => account.Mismatched,
        "unmatched_ends" => account.UnmatchedEnds,
        "open_at_end" => account.OpenAtEnd,
        _ => account.Parts.GetValueOrDefault(name),
    };
}
