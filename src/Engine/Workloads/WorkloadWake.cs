namespace KernelMagnifier.Workloads;

/// <summary>A wake-up of another task in the middle of a run.</summary>
/// <param name="Task">The group of the task that is woken.</param>
/// <param name="AfterNanoseconds">How long the waker has run before.</param>
public sealed record WorkloadWake(string Task, long AfterNanoseconds);
