using System.Globalization;
using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>Merges latencies: those of the same kind, key, unit and time range become one.</summary>
internal sealed class LatencyMerger
{
    // As many rows as a measurement has.
    private const int MostRows = 65_536;

    private readonly Dictionary<Place, LatencySum> _sums = [];
    private readonly HashSet<string> _boots = [];

    /// <summary>Whether there were more rows than are kept apart. The others are counted in rows without a key.</summary>
    public bool HasMoreRows { get; private set; }

    /// <summary>Adds a latency.</summary>
    public void Add(Latency latency)
    {
        ArgumentNullException.ThrowIfNull(latency);
        Add(latency, latency.Row, latency.Every, "");
    }

    /// <summary>Adds a latency of a host. The tasks of several hosts are merged by name, as those of several boots.</summary>
    /// <param name="host">The name of the host; an empty text for this one.</param>
    /// <param name="latency">The latency.</param>
    public void AddOf(string host, Latency latency)
    {
        ArgumentNullException.ThrowIfNull(latency);
        if (_boots.Count < 2) _boots.Add(host);
        Add(latency, latency.Row, latency.Every, host);
    }

    /// <summary>Adds a latency as one of another row.</summary>
    public void Add(Latency latency, in LatencyRow row)
    {
        ArgumentNullException.ThrowIfNull(latency);
        Add(latency, row, latency.Every, "");
    }

    /// <summary>Adds a latency that was measured at a time of a boot.</summary>
    /// <param name="latency">The latency.</param>
    /// <param name="boot">The boot; an empty text if it is not known.</param>
    /// <param name="from">The start of the time range in nanoseconds of Unix time; null if ranges are not kept apart.</param>
    /// <param name="every">The length of the time range; null if ranges are not kept apart.</param>
    public void Add(Latency latency, string boot, long? from, long? every)
    {
        ArgumentNullException.ThrowIfNull(latency);
        // Two are enough to know that there are several.
        if (_boots.Count < 2) _boots.Add(boot);
        Add(latency, latency.Row with { From = from, IsWallTime = from is not null }, every, boot);
    }

    /// <summary>
    /// The latencies, in the order in which their rows came first. Tasks of several boots are merged by name, because a pid is
    /// that of another task after a boot.
    /// </summary>
    public IReadOnlyList<Latency> Latencies()
        => [.. Merged(isByName: _boots.Count > 1).Select(sum => sum.ToLatency())];

    /// <summary>A row with the name of a task instead of its pid, and that of a system call instead of its number.</summary>
    public static LatencyRow ByName(in LatencyRow row)
    {
        if (row.Key is not { } key) return row;
        var parts = key.Split('/');
        var (first, isTask) = (parts[0], row.ProcessId is { } pid && parts[0] == pid.ToString(CultureInfo.InvariantCulture));
        if (isTask) first = row.Comm ?? "<...>";
        else if (row is { Name: { } name, ProcessId: null, Cpu: null }) return row with { Key = name, Name = null };
        return row with { Key = string.Join('/', [first, .. parts[1..]]), ProcessId = isTask ? null : row.ProcessId };
    }

    private void Add(Latency latency, LatencyRow row, long? every, string boot)
    {
        // A pid is that of another task in another boot, which is known to be another one when all latencies are there.
        var place = Place.Of(row, every) with { Task = row.ProcessId is null ? null : $"{boot}/{row.Comm}" };
        if (!_sums.TryGetValue(place, out var sum))
        {
            if (_sums.Count >= MostRows && row.Key is not null)
            {
                HasMoreRows = true;
                row = row with { Key = null, Name = null, Comm = null, ProcessId = null, Cpu = null };
                place = Place.Of(row, every);
            }
            if (!_sums.TryGetValue(place, out sum)) _sums.Add(place, sum = new LatencySum(row, every));
        }
        sum.Add(latency, row);
    }

    private Dictionary<Place, LatencySum>.ValueCollection Merged(bool isByName)
    {
        var merged = new Dictionary<Place, LatencySum>();
        foreach (var (place, sum) in _sums)
        {
            var row = isByName && sum.Row.ProcessId is not null ? ByName(sum.Row) : sum.Row;
            var at = Place.Of(row, place.Every);
            if (!merged.TryGetValue(at, out var into)) merged.Add(at, into = new LatencySum(row, place.Every));
            into.Add(sum, row);
        }
        return merged.Values;
    }

    /// <summary>What tells rows apart.</summary>
    private readonly record struct Place(
        IntervalKind Kind, string? Key, ClockUnit Unit, long? From, bool IsWallTime, long? Every, string? Task = null)
    {
        public static Place Of(in LatencyRow row, long? every) => new(row.Kind, row.Key, row.Unit, row.From, row.IsWallTime, every);
    }
}
