using System.Globalization;

namespace KernelMagnifier.Workloads;

/// <summary>A priority that a task of a workload is given.</summary>
/// <param name="RealTime">The real-time priority, 1 to 99; null for a nice value.</param>
/// <param name="Nice">The nice value; null for a real-time priority.</param>
internal readonly record struct TaskPriority(int? RealTime, int? Nice)
{
    private const string Prefix = "nice:";

    /// <summary>Reads a priority.</summary>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.BadRequest"/>: this is none.</exception>
    public static TaskPriority Parse(string text)
    {
        var trimmed = text.AsSpan().Trim();
        var isNice = trimmed.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase);
        if (int.TryParse(isNice ? trimmed[Prefix.Length..].Trim() : trimmed,
            NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
            && (isNice ? number is >= -20 and <= 19 : number is >= 1 and <= 99))
            return isNice ? new TaskPriority(null, number) : new TaskPriority(number, null);
        throw new KernelMagnifierException(ErrorCode.BadRequest, text, "this is no priority.",
            "Give a real-time priority from 1 to 99, or a nice value such as nice:5.");
    }

    /// <summary>A task with this priority.</summary>
    public WorkloadTask Of(WorkloadTask task)
        => task with { Policy = RealTime is null ? "Other" : "RealTime", Priority = RealTime, Nice = Nice };
}
