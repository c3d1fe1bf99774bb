using KernelMagnifier.Measuring;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Logs;

/// <summary>Which records of a log pass. What is null or empty lets all pass.</summary>
internal sealed record LogFilter
{
    private readonly Glob[] _schedules = [], _hosts = [];

    /// <summary>The earliest start.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>The start that is too late.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>The days of the week or dates, in local time.</summary>
    public IReadOnlyList<LogDay> Days { get; init; } = [];

    /// <summary>Names of schedules, with wildcards.</summary>
    public IReadOnlyList<string> Schedules
    {
        get;
        init => (field, _schedules) = (value, Globs(value));
    } = [];

    /// <summary>Names of hosts, with wildcards.</summary>
    public IReadOnlyList<string> Hosts
    {
        get;
        init => (field, _hosts) = (value, Globs(value));
    } = [];

    /// <summary>The statuses.</summary>
    public IReadOnlyList<string> Statuses { get; init; } = [];

    /// <summary>Whether a record passes.</summary>
    public bool Matches(Measurement record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return Covers(record) && (Days.Count == 0 || Days.Any(day => day.Has(record.StartTime)))
            && (Statuses.Count == 0 || Statuses.Contains(record.Status, StringComparer.OrdinalIgnoreCase));
    }

    /// <summary>Whether a record is of the hosts, schedules and time that are asked for. Its gaps are then reported.</summary>
    public bool Covers(Measurement record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return !(record.StartTime < Since) && !(record.StartTime >= Until)
            && IsAnyOf(record.Schedule, _schedules) && IsAnyOf(record.HostName, _hosts);
    }

    private static Glob[] Globs(IReadOnlyList<string> patterns) => [.. patterns.Select(pattern => new Glob(pattern))];

    private static bool IsAnyOf(string? name, Glob[] patterns)
        => patterns.Length == 0 || (name is not null && patterns.Any(pattern => pattern.IsMatch(name)));
}
