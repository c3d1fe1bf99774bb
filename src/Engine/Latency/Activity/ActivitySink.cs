using KernelMagnifier.Model;

namespace KernelMagnifier.Latency.Activity;

/// <summary>Receives what CPUs and tasks do over time, in time order.</summary>
internal abstract class ActivitySink
{
    /// <summary>Receives the calls of the recording in the same reading; null if the sink wants none.</summary>
    public virtual CallSink? Calls => null;

    /// <summary>Called once, before the first change.</summary>
    /// <param name="context">The recording.</param>
    /// <param name="names">The keys and tasks that the changes refer to.</param>
    public virtual void Begin(TraceContext context, LatencyNames names) { }

    /// <summary>
    /// Called before each event. Until it, what the tracker knows holds; the changes that the event makes follow.
    /// </summary>
    /// <param name="time">The time of the event. It can be earlier than the one before, in recordings whose clocks differ.</param>
    public virtual void Advance(long time) { }

    /// <summary>
    /// Another occupant is on a CPU. Of a <c>sched_switch</c> come the change of the previous task, this change, and the change of
    /// the next task, all with the same time.
    /// </summary>
    /// <param name="cpu">The CPU.</param>
    /// <param name="before">What occupied it before.</param>
    /// <param name="after">What occupies it from now on.</param>
    /// <param name="time">The time.</param>
    /// <param name="knownUntil">
    /// Until when <paramref name="before"/> is certain: <paramref name="time"/>, or the last event before a loss.
    /// </param>
    public abstract void CpuChanged(int cpu, in CpuOccupant before, in CpuOccupant after, long time, long knownUntil);

    /// <summary>A task does something else.</summary>
    public abstract void TaskChanged(in TaskChange change);

    /// <summary>Called once after the last change.</summary>
    /// <param name="info">The description of the recording.</param>
    public virtual void End(TraceInfo info) { }
}
