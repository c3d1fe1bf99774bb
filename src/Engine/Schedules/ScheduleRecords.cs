using KernelMagnifier.Measuring;

namespace KernelMagnifier.Schedules;

/// <summary>Records of runs that measured nothing.</summary>
internal static class ScheduleRecords
{
    /// <summary>The statuses.</summary>
    public const string Completed = "Completed", Skipped = "Skipped", Suspended = "Suspended", Failed = "Failed";

    /// <summary>A record of a run that did not happen, or failed.</summary>
    /// <param name="schedule">The schedule.</param>
    /// <param name="id">Its id.</param>
    /// <param name="start">When the run began.</param>
    /// <param name="status">The status.</param>
    /// <param name="reason">Why, as a sentence.</param>
    public static Measurement Of(ScheduleDefinition schedule, Guid id, DateTimeOffset start, string status, string reason)
        => new HostFacts().Describe(new Measurement
        {
            Id = id, Status = status, Reason = reason, Schedule = schedule.Name, StartTime = start,
            Request = ScheduledRequest.Of(schedule.Plan),
        });

    /// <summary>Why a run that the scheduler ended failed, as a sentence.</summary>
    /// <param name="result">Why it ended, as systemd names it in <c>$SERVICE_RESULT</c>.</param>
    /// <param name="schedule">The schedule.</param>
    public static string WhyEnded(string result, ScheduleDefinition schedule) => result switch
    {
        "timeout" => $"the run took longer than {ScheduleTimes.Limit(schedule.Plan).TotalSeconds:0} s and was ended.",
        "oom-kill" => "the run needed more memory than its unit may use and was killed.",
        "signal" or "core-dump" => "the run was killed by a signal.",
        "resources" => "the scheduler lacked the resources to start the run.",
        _ => "the run ended without a record of its own.",
    };

    /// <summary>Whether a run that ended so was over its budget.</summary>
    public static bool IsOverrun(string result) => result is "timeout" or "oom-kill";
}
