namespace KernelMagnifier.Schedules;

/// <summary>A file of a schedule.</summary>
/// <param name="Path">Its path.</param>
/// <param name="Content">Its content.</param>
internal sealed record ScheduleFile(string Path, string Content);
