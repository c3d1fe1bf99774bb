using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>What is known of each <see cref="IntervalKind"/>.</summary>
internal static class IntervalKinds
{
    /// <summary>All kinds, in the order of the output.</summary>
    public static IReadOnlyList<IntervalKind> All { get; } = Enum.GetValues<IntervalKind>();

    /// <summary>The names of all kinds.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. All.Select(kind => kind.ToString())];

    /// <summary>The key of a kind.</summary>
    public static KeyKind KeyOf(IntervalKind kind) => kind switch
    {
        IntervalKind.OnCpu or IntervalKind.Preempted or IntervalKind.Wakeup or IntervalKind.WakeupNew => KeyKind.Task,
        IntervalKind.Idle or IntervalKind.TimerLatIrq or IntervalKind.TimerLatThread or IntervalKind.TimerLatUser
            or IntervalKind.OsNoise or IntervalKind.HwLat => KeyKind.Cpu,
        IntervalKind.Syscall => KeyKind.Syscall,
        IntervalKind.Irq => KeyKind.Irq,
        IntervalKind.IrqVector or IntervalKind.SoftIrq or IntervalKind.SoftIrqRaise => KeyKind.Vector,
        IntervalKind.WorkQueue or IntervalKind.WorkRun or IntervalKind.Timer or IntervalKind.HrTimer
            or IntervalKind.Call => KeyKind.Function,
        IntervalKind.Block => KeyKind.Device,
        IntervalKind.OsNoiseIrq or IntervalKind.OsNoiseSoftIrq or IntervalKind.OsNoiseThread
            or IntervalKind.OsNoiseNmi => KeyKind.Source,
        _ => KeyKind.None,
    };

    /// <summary>The kinds that names or patterns mean, in any case; null for one that means none.</summary>
    public static IReadOnlyList<IntervalKind>? Find(string pattern)
    {
        var glob = new Selection.Glob(pattern.ToUpperInvariant());
        IntervalKind[] found = [.. All.Where(kind => glob.IsMatch(kind.ToString().ToUpperInvariant()))];
        return found.Length > 0 ? found : null;
    }

    /// <summary>The events that a kind needs and that a recording does not have, in words; null if it has all.</summary>
    public static string? Missing(IntervalKind kind, TraceInfo info)
    {
        if (kind == IntervalKind.Call) return info.Calls > 0 ? null : "calls of the function_graph tracer";
        var missing = IntervalNeeds.Missing(kind, [.. info.EventKinds.Keys]);
        return missing.Count == 0 ? null : string.Join(" and ", missing.Select(group => string.Join(" or ", group)));
    }
}
