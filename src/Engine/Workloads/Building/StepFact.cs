using KernelMagnifier.Latency.Activity;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Building;

/// <summary>An activation as a step of its group: without what is not modelled.</summary>
/// <param name="Trigger">What woke it.</param>
/// <param name="By">The index of the group that woke it; −1 if that is not modelled.</param>
/// <param name="Interval">The time from the wake-up before; null if it is not known.</param>
/// <param name="Sleep">How long it slept before; null if it is not known.</param>
/// <param name="Run">How long it ran.</param>
/// <param name="Wakes">Whom it woke, and after how much of its run.</param>
/// <param name="Block">What it slept for.</param>
internal sealed record StepFact(
    ActivationTrigger Trigger, int By, long? Interval, long? Sleep, long Run, IReadOnlyList<(int Group, long After)> Wakes,
        BlockKind Block)
{
    /// <summary>Whether two steps are of one kind: woken by the same, and waking the same.</summary>
    public bool IsLike(StepFact other)
    {
        if (By != other.By || IsTimed != other.IsTimed || Wakes.Count != other.Wakes.Count) return false;
        for (var i = 0; i < Wakes.Count; i++)
            if (Wakes[i].Group != other.Wakes[i].Group)
                return false;
        return true;
    }

    /// <summary>Whether a run of the workload wakes it by a timer.</summary>
    public bool IsTimed => By < 0;
}
