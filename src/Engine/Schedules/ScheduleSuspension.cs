namespace KernelMagnifier.Schedules;

/// <summary>The suspension of a schedule.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Since">When it began.</param>
/// <param name="By">Who suspended it: the name of a user, or <c>watchdog</c>.</param>
internal sealed record ScheduleSuspension(string Reason, DateTimeOffset Since, string By);
