using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Paths;

/// <summary>The texts of the parts of a path. Each is made once.</summary>
/// <param name="names">The names of the recording.</param>
/// <param name="syscalls">The names of its system calls.</param>
internal sealed class PathNames(LatencyNames names, SyscallNames syscalls)
{
    private readonly NumberTable<string?> _whats = new(), _comms = new();

    /// <summary>The name of a task; null if no event names it.</summary>
    public string? Comm(int processId)
    {
        ref var comm = ref _comms.GetOrAdd((uint)processId, out var isMade);
        if (!isMade) comm = names.Comm(processId);
        return comm;
    }

    /// <summary>What a part was, or what its task waited for; null if it has no name.</summary>
    public string? What(in PathStep step)
    {
        ref var what = ref _whats.GetOrAdd(((ulong)step.Reason << 32) | (uint)step.Id, out var isMade);
        if (!isMade) what = Make(step.Reason, step.Id);
        return what;
    }

    private string? Make(PathReason reason, int id) => reason switch
    {
        PathReason.Key or PathReason.Lock => id == 0 ? null : names.Key(id),
        PathReason.Task => names.Comm(id) is { } comm ? $"{comm}/{id}" : $"{id}",
        PathReason.Idle => "idle",
        PathReason.Timer => "timer",
        PathReason.HardIrq => id == 0 ? "interrupt" : $"interrupt {names.Key(id)}",
        PathReason.SoftIrq => id == 0 ? "softirq" : $"softirq {names.Key(id)}",
        PathReason.Syscall => syscalls.Name(names.Key(id)) ?? names.Key(id),
        PathReason.Ended => "ended",
        _ => null,
    };
}
