using System.Globalization;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>Names the rows of a recording so that those of different recordings are the same: tasks by name, not by pid.</summary>
/// <param name="by">What rows are by.</param>
/// <param name="names">The names of the recording.</param>
/// <param name="syscalls">The names of its system calls.</param>
internal sealed class SampleKey(LatencyGrouping by, LatencyNames names, SyscallNames syscalls)
{
    private readonly LatencyPlan _by = new() { By = by };

    /// <summary>The key of the row of an interval; null for all intervals of its kind.</summary>
    public string? Of(in IntervalRecord interval)
        => Of(new LatencyGroupKey(interval.Kind, interval.ProcessId, interval.Cpu, interval.Key, 0));

    /// <summary>The key of a row.</summary>
    public string? Of(in LatencyGroupKey row)
    {
        var parts = new List<string>();
        if (_by.ByTask(row.Kind)) parts.Add(names.Comm(row.ProcessId) ?? "<...>");
        if (_by.ByCpu(row.Kind)) parts.Add(row.Cpu < 0 ? "-" : row.Cpu.ToString(CultureInfo.InvariantCulture));
        if (_by.ByName(row.Kind) && row.Key != 0)
        {
            var name = names.Key(row.Key);
            parts.Add(IntervalKinds.KeyOf(row.Kind) == KeyKind.Syscall ? syscalls.Name(name) ?? name : name);
        }
        return parts.Count == 0 ? null : string.Join('/', parts);
    }
}
