namespace KernelMagnifier.Model;

/// <summary>The calls of an edge that have the same stack. Durations are in nanoseconds, or unknown.</summary>
/// <param name="Names">The names that the stack refers to.</param>
/// <param name="Stack">The stack in <see cref="CallNames.Stacks"/>.</param>
/// <param name="Count">The number of calls.</param>
/// <param name="Total">The time from entry to return, or <see cref="CallRecord.NoDuration"/>.</param>
/// <param name="Self">The time in the function itself, or <see cref="CallRecord.NoDuration"/>.</param>
internal readonly record struct StackShare(CallNames Names, int Stack, long Count, long Total, long Self);
