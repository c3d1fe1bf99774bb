namespace KernelMagnifier.Workloads;

/// <summary>What is not in a workload.</summary>
/// <param name="Reason">Why, such as <c>KernelThread</c>, <c>LostEvents</c>, <c>LockWithoutEvents</c>,
/// <c>OutsideSelection</c>.</param>
/// <param name="Text">The same as a sentence.</param>
/// <param name="RunNanoseconds">The run time that is missing.</param>
/// <param name="Wakeups">The wake-ups that are missing.</param>
/// <param name="IoRequests">The block requests that are missing.</param>
public sealed record WorkloadGap(string Reason, string Text, long RunNanoseconds, long Wakeups, long IoRequests);
