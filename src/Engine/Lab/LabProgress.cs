namespace KernelMagnifier.Lab;

/// <summary>How far the lab is.</summary>
/// <param name="Number">The number of the run, from 1 on; 0 while the runs are prepared.</param>
/// <param name="Total">The number of runs.</param>
/// <param name="Stage">What happens, such as <c>booting 6.1</c>.</param>
/// <param name="Elapsed">Since the guest was started.</param>
internal sealed record LabProgress(int Number, int Total, string Stage, TimeSpan Elapsed);
