namespace KernelMagnifier.Workloads;

/// <summary>Who woke whom.</summary>
/// <param name="Waker">The group of the waking task; <c>(timer)</c>, <c>(interrupt)</c> or <c>(other)</c> if it is none.</param>
/// <param name="Wakee">The group of the woken task.</param>
/// <param name="Count">The number of wake-ups.</param>
/// <param name="IsModelled">Whether a run of the workload makes them.</param>
public sealed record WorkloadEdge(string Waker, string Wakee, long Count, bool IsModelled);
