using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>
/// Gives each nanosecond of run time, each wake-up and each block request of the selected tasks to the workload or to a reason
/// why
/// it is not in it.
/// </summary>
internal sealed class CoverageTally(EdgePlan edges, IReadOnlyDictionary<int, TaskProfile> byPid)
{
    private readonly SortedDictionary<CoverageReason, (long Run, long Wakeups, long Requests)> _gaps = [];
    private long _run, _wakeups, _requests, _modelledRun, _modelledWakeups, _modelledRequests;

    /// <summary>Adds a task.</summary>
    public void Add(TaskProfile profile)
    {
        var history = profile.History;
        var requests = history.Requests.Sum(one => one.Count);
        _run += history.Run;
        _wakeups += history.Wakeups;
        _requests += requests;
        if (!byPid.ContainsKey(history.ProcessId))
        {
            var reason = history.IsKernelThread == true ? CoverageReason.KernelThread : CoverageReason.Recorder;
            Gap(reason, history.Run, history.Wakeups, requests);
            return;
        }
        Gap(CoverageReason.TooManyActivations, history.NotKeptRun, history.NotKeptWakeups, 0);
        Requests(profile, requests);
        for (var i = 0; i < history.Activations.Count; i++) Add(profile, i);
    }

    /// <summary>The coverage of all tasks.</summary>
    /// <param name="hasBlock">Whether the recording has events of block requests.</param>
    public WorkloadCoverage Coverage(bool hasBlock) => new()
    {
        RunNanoseconds = _run, ModelledRunNanoseconds = _modelledRun, Wakeups = _wakeups, ModelledWakeups = _modelledWakeups,
        IoRequests = hasBlock ? _requests : null, ModelledIoRequests = hasBlock ? _modelledRequests : null,
        Gaps = [.. _gaps.Where(gap => gap.Value != default).Select(gap => new WorkloadGap(
            gap.Key.ToString(), CoverageText.Of(gap.Key), gap.Value.Run, gap.Value.Wakeups, gap.Value.Requests))],
    };

    private void Requests(TaskProfile profile, long count)
    {
        var modelled = profile.Group < 0 ? 0 : profile.History.Requests.Where(IoBuilder.IsModelled).Sum(one => one.Count);
        _modelledRequests += modelled;
        Gap(CoverageReason.Io, 0, 0, count - modelled);
    }

    private void Add(TaskProfile profile, int at)
    {
        var one = profile.History.Activations[at];
        var wakeups = one.IsWake ? 1 : 0;
        var isFirst = one.Trigger == ActivationTrigger.Start;
        switch (profile.Kind)
        {
            case TaskKind.None:
                Gap(one.IsLost ? CoverageReason.LostEvents : isFirst ? CoverageReason.FirstRun
                    : CoverageReason.RecordingBounds, one.Run, wakeups, 0);
                break;
            case TaskKind.Busy or TaskKind.Once:
                _modelledRun += one.Run;
                if (isFirst) _modelledWakeups += wakeups;
                else Gap(CoverageReason.ShortWaits, 0, wakeups, 0);
                break;
            case TaskKind.Loop when one.IsUncertain || isFirst:
                Gap(one.IsLost ? CoverageReason.LostEvents : isFirst ? CoverageReason.FirstRun
                    : CoverageReason.RecordingBounds, one.Run, wakeups, 0);
                break;
            default:
                _modelledRun += one.Run;
                if (Missing(profile, at, one) is { } reason) Gap(reason, 0, wakeups, 0);
                else _modelledWakeups += wakeups;
                break;
        }
    }

    /// <summary>Why the wake-up of an activation is not modelled; null if it is.</summary>
    private CoverageReason? Missing(TaskProfile profile, int at, in Activation one)
    {
        switch (one.Trigger)
        {
            case ActivationTrigger.Timer: return null;
            case ActivationTrigger.Interrupt: return CoverageReason.Interrupt;
            case ActivationTrigger.Io: return CoverageReason.Io;
            case ActivationTrigger.Task when one.WakerId > 0:
                if (!byPid.TryGetValue(one.WakerId, out var waker) || waker.Group < 0) return CoverageReason.OutsideSelection;
                return edges.Find(waker.Group, profile.Group) switch
                {
                    { IsModelled: true } => null,
                    { IsRare: true } => CoverageReason.RareWaker,
                    _ => CoverageReason.Circle,
                };
            default:
                return at > 0 && profile.History.Activations[at - 1].Block is BlockKind.Futex or BlockKind.Lock
                    ? CoverageReason.LockWithoutEvents : CoverageReason.UnknownWaker;
        }
    }

    private void Gap(CoverageReason reason, long run, long wakeups, long requests)
    {
        var (allRun, allWakeups, allRequests) = _gaps.GetValueOrDefault(reason);
        _gaps[reason] = (allRun + run, allWakeups + wakeups, allRequests + requests);
    }
}
