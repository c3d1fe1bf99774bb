namespace KernelMagnifier.Schedules;

/// <summary>A run that has left a record.</summary>
/// <param name="Sequence">Its number.</param>
/// <param name="Start">When it began.</param>
/// <param name="Status">The status of its record.</param>
/// <param name="IsOverrun">Whether it is counted as a run over its budget.</param>
internal sealed record EndedRun(long Sequence, DateTimeOffset Start, string Status, bool IsOverrun);
