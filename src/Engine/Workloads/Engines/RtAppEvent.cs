namespace KernelMagnifier.Workloads.Engines;

/// <summary>An event of a thread of rt-app.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Group">The group that is waited for or woken; for a meeting, both groups.</param>
/// <param name="Nanoseconds">The length.</param>
internal readonly record struct RtAppEvent(RtAppEventKind Kind, string? Group = null, long Nanoseconds = 0);
