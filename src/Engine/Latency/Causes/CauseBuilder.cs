using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Causes;

/// <summary>Makes the causes of intervals from their shares, when the recording has been read.</summary>
/// <param name="context">The recording.</param>
/// <param name="names">The names of its tasks and keys.</param>
internal sealed class CauseBuilder(TraceContext context, LatencyNames names)
{
    private const int MostFunctions = 5;

    /// <summary>The causes of an interval.</summary>
    public LatencyCause Of(CauseWindow window)
    {
        var (target, source) = (window.Target, context.Source);
        var shares = window.Shares.Where(share => share.Value.Nanoseconds > 0)
            .OrderByDescending(share => share.Value.Nanoseconds).ThenBy(share => share.Key.Category).ThenBy(share => share.Key.ProcessId)
            .ThenBy(share => share.Key.Name).Select(share => Share(target, share.Key, share.Value)).ToList();
        var cause = new LatencyCause
        {
            Kind = target.Kind.ToString(), Key = target.Key, Name = target.Name, Comm = Comm(target), Interval = target.Interval,
            ProcessId = target.ProcessId < 0 ? null : target.ProcessId, Cpu = target.Cpu < 0 ? null : target.Cpu,
            Start = source.ToTimestamp(target.Start), End = source.ToTimestamp(target.End), WallTime = source.ToWallTime(target.Start),
            DurationNanoseconds = target.End - target.Start, Shares = shares, TopCause = shares.Count == 0 ? null : CauseText.Of(shares[0]),
            TopPercent = shares.Count == 0 ? null : shares[0].Percent, Recording = source.Name, Unit = source.ClockUnit.ToString(),
        };
        cause.Sentence = CauseText.Sentence(cause, source.ClockUnit);
        return cause;
    }

    private CauseShare Share(CauseTarget target, in ShareKey key, in ShareSum sum)
    {
        var (category, pid, isBlocked) = (key.Category, key.ProcessId, key.Category == CauseCategory.Blocked);
        int? task = category is CauseCategory.Task or CauseCategory.SoftIrq && pid > 0 ? pid
            : category == CauseCategory.Running && target.IsOfTask && target.ProcessId > 0 ? target.ProcessId : null;
        return new CauseShare
        {
            Category = category.ToString(), ProcessId = task, Name = Name(target, key), ThreadComm = ThreadComm(key),
            Priority = category == CauseCategory.Task && sum.Priority != CpuOccupant.NoPriority ? sum.Priority : null,
            Waker = isBlocked && pid >= 0 ? pid : null, WakerComm = isBlocked && pid > 0 ? names.Comm(pid) : null,
            WakerContext = isBlocked ? key.Context.KnownName() : null, Nanoseconds = sum.Nanoseconds, Count = sum.Count,
            Unit = context.Source.ClockUnit.ToString(), Percent = 100.0 * sum.Nanoseconds / Math.Max(1, target.End - target.Start), Functions = Functions(sum),
        };
    }

    private string? Name(CauseTarget target, in ShareKey key) => key.Category switch
    {
        CauseCategory.Task => key.ProcessId < 0 ? null : names.Comm(key.ProcessId),
        CauseCategory.HardIrq or CauseCategory.SoftIrq or CauseCategory.Blocked => key.Name == 0 ? null : names.Key(key.Name),
        CauseCategory.Device => target.Key,
        CauseCategory.Running => target.IsOfTask ? Comm(target) : target.Key,
        _ => null,
    };

    private string? ThreadComm(in ShareKey key) => key is { Category: CauseCategory.SoftIrq, ProcessId: > 0 } ? names.Comm(key.ProcessId) : null;

    private string? Comm(CauseTarget target)
        => target.Interval?.Comm ?? (target.ProcessId > 0 ? names.Comm(target.ProcessId) : null);

    private List<CauseFunction> Functions(in ShareSum sum)
    {
        if (sum.Functions is null) return [];
        var hasTimes = sum.Functions.Values.Any(function => function.Self > 0);
        return [.. sum.Functions.OrderByDescending(f => f.Value.Self).ThenByDescending(f => f.Value.Calls).ThenBy(f => f.Key)
            .Take(MostFunctions).Select(f => new CauseFunction(
                context.Names.Functions[f.Key].Name, f.Value.Calls, hasTimes ? f.Value.Self : null))];
    }
}
