using KernelMagnifier.Benchmarks.Generation;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>The size of a generated fleet.</summary>
/// <param name="Hosts">The hosts.</param>
/// <param name="Days">The days, of which the last one has the <see cref="FleetTruths"/>.</param>
/// <param name="Recordings">
/// The recordings of a host in a day, at most 24: ten seconds at the beginning of each hour, from 10:00 on if there are few.
/// </param>
/// <param name="Intervals">The intervals of all.</param>
/// <param name="Seed">Equal seeds make equal fleets.</param>
internal sealed record FleetPlan(int Hosts, int Days, int Recordings, long Intervals, ulong Seed)
{
    /// <summary>The length of a recording in nanoseconds.</summary>
    public const long Span = 10_000_000_000;

    /// <summary>What is planted.</summary>
    public FleetTruths Truths { get; } = new(Hosts);

    /// <summary>All recordings in their order.</summary>
    public IEnumerable<FleetRecording> All()
    {
        var (count, made) = ((long)Hosts * Days * Recordings, 0L);
        for (var i = 0L; i < count; i++)
        {
            var until = (Int128)Intervals * (i + 1) / count;
            var (host, day, hour) = ((int)(i % Hosts), (int)(i / Hosts % Days), (int)(i / Hosts / Days));
            var dice = new Dice(Seed ^ (ulong)(i + 1) * 0xD1342543DE82EF95);
            yield return new FleetRecording(this, host, day, hour, (int)((long)until - made), dice);
            made = (long)until;
        }
    }

    /// <summary>The name of a host.</summary>
    public static string HostName(int host) => FormattableString.Invariant($"node{host:d4}");

    /// <summary>The date of a day.</summary>
    public static DateTime Day(int day) => new DateTime(2026, 3, 2, 0, 0, 0, DateTimeKind.Utc).AddDays(day);
}
