namespace KernelMagnifier.Schedules;

/// <summary>A run that has begun.</summary>
/// <param name="Id">The id of its record, whoever writes it: a record that is written twice is a copy.</param>
/// <param name="Epoch">The epoch of its number.</param>
/// <param name="Sequence">Its number.</param>
/// <param name="Start">When it began.</param>
/// <param name="Boot">The boot in which it began.</param>
/// <param name="ProcessId">Its process.</param>
internal sealed record StartedRun(Guid Id, Guid Epoch, long Sequence, DateTimeOffset Start, string Boot, int ProcessId);
