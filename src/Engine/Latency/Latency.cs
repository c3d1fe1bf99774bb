using System.Collections.ObjectModel;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Latency;

/// <summary>
/// The distribution of the lengths of the intervals of one kind, and of one key if they were grouped. Kinds overlap each other: a
/// system call contains interrupts, so sums of several kinds mean nothing.
/// </summary>
public sealed class Latency
{
    private static readonly (string Name, double Quantile, int Part, int Whole)[] Quantiles =
        [("P50", 0.5, 50, 100), ("P90", 0.9, 90, 100), ("P99", 0.99, 99, 100), ("P999", 0.999, 999, 1000)];

    private readonly LatencyRow _row;
    private readonly long? _every;

    internal Latency(
        in LatencyRow row, long? every, LengthDistribution lengths, IReadOnlyList<Interval> worst, IntervalAccount? account)
    {
        (_row, _every, Worst) = (row, every, worst);
        Count = lengths.Count;
        Method = lengths.IsExact ? "Exact" : "Histogram";
        Account = account is null ? null : Terms(account);
        SumNanoseconds = lengths.Sum > (UInt128)long.MaxValue ? long.MaxValue : (long)lengths.Sum;
        if (Count == 0) return;
        (MinNanoseconds, MaxNanoseconds) = (lengths.Min, lengths.Max);
        MeanNanoseconds = (double)lengths.Sum / Count;
        Percentiles = PercentilesOf(lengths);
        // An array, because PowerShell cannot index other read-only lists.
        Histogram = lengths.Buckets().ToArray();
    }

    /// <summary>Creates the copy of a latency that was elsewhere.</summary>
    internal Latency(in LatencyRow row, long? every)
        => (_row, _every, Worst, Method, IsCopy) = (row, every, [], "Histogram", true);

    /// <summary>The percentiles that every latency with intervals has, in their order.</summary>
    internal static IReadOnlyList<(string Name, double Quantile, int Part, int Whole)> Percentages => Quantiles;

    /// <summary>The kind, such as <c>Wakeup</c>.</summary>
    public string Kind => _row.Kind.ToString();

    /// <summary>
    /// The key that the intervals were grouped by: a pid, CPU, system call, interrupt (<c>irq/name</c>), vector, function or
    /// device, or several, separated by slashes. Null if they were not grouped.
    /// </summary>
    public string? Key => _row.Key;

    /// <summary>The name of the key: that of a task, or of a system call that the recording has only the number of.</summary>
    public string? Name => _row.Name ?? _row.Comm;

    /// <summary>The name of the task; null if the intervals were not grouped by task, or if it is not known.</summary>
    public string? Comm => _row.Comm;

    /// <summary>The pid of the task; null if the intervals were not grouped by task, or if it is not known.</summary>
    public int? ProcessId => _row.ProcessId;

    /// <summary>The CPU; null if the intervals were not grouped by CPU, or if it is not known.</summary>
    public int? Cpu => _row.Cpu;

    /// <summary>The recording; null if there are several, and the intervals were not grouped by recording.</summary>
    public string? Recording => _row.Recording;

    /// <summary>
    /// The start of the time range: seconds or counts of the trace clock, or with <see cref="StartTime"/> seconds of Unix time;
    /// null if the intervals were not grouped by time.
    /// </summary>
    public double? From => Time(_row.From);

    /// <summary>The end of the time range, which the next one begins with.</summary>
    public double? Until => Time(_row.From + _every);

    /// <summary>
    /// The start of the time range of measurements, which have dates; null if the intervals were not grouped by time, or by that
    /// of the trace clock.
    /// </summary>
    public DateTimeOffset? StartTime
        => _row is { IsWallTime: true, From: { } from } ? DateTimeOffset.UnixEpoch.AddTicks(from / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>The number of intervals.</summary>
    public long Count { get; internal init; }

    /// <summary>The sum of all lengths; that of more than 292 years is cut to it.</summary>
    public long SumNanoseconds { get; internal init; }

    /// <summary>The shortest length; null if there is no interval.</summary>
    public long? MinNanoseconds { get; internal init; }

    /// <summary>The mean length; null if there is no interval.</summary>
    public double? MeanNanoseconds { get; internal init; }

    /// <summary>The median; null if there is no interval.</summary>
    public long? P50Nanoseconds => Percentile(0);

    /// <summary>The length that 90 % of the intervals do not exceed; null if there is no interval.</summary>
    public long? P90Nanoseconds => Percentile(1);

    /// <summary>The length that 99 % of the intervals do not exceed; null if there is no interval.</summary>
    public long? P99Nanoseconds => Percentile(2);

    /// <summary>The length that 99.9 % of the intervals do not exceed; null if there is no interval.</summary>
    public long? P999Nanoseconds => Percentile(3);

    /// <summary>The longest length; null if there is no interval.</summary>
    public long? MaxNanoseconds { get; internal init; }

    /// <summary>The unit of all lengths: <c>Nanoseconds</c>, or <c>Counts</c> if the trace clock does not count time.</summary>
    public string Unit => _row.Unit.ToString();

    /// <summary>
    /// <c>Exact</c>, or <c>Histogram</c> if there were too many lengths to keep: then a percentile is the upper end of its range,
    /// at most 6.25 % too high. Count, sum, least and greatest are exact. <c>Ranges</c> if only counts by range are known, as from
    /// a bpftrace program: then least and greatest are the ends of the ranges, and the sum is that of their middles.
    /// </summary>
    public string Method { get; internal init; }

    /// <summary>The percentiles with their confidence intervals; empty if there is no interval.</summary>
    public IReadOnlyList<LatencyPercentile> Percentiles { get; internal init; } = [];

    /// <summary>
    /// The first percentile that has no confidence interval because there are too few intervals, and what it needs, such as
    /// <c>P99 needs n ≥ 368</c>; null if all have one.
    /// </summary>
    public string? Note
        => Percentiles.FirstOrDefault(percentile => percentile.Needs is not null) is { } first ? $"{first.Name} {first.Needs}"
            : null;

    /// <summary>
    /// What became of every start and every end in the recordings, before any filter, by the terms of the account; null if the
    /// intervals were grouped by something else than the recording.
    /// </summary>
    public IReadOnlyDictionary<string, long>? Account { get; internal init; }

    /// <summary>The number of intervals in ranges of lengths that grow by 1/16; only ranges with intervals.</summary>
    public IReadOnlyList<LatencyBucket> Histogram { get; internal init; } = [];

    /// <summary>The longest intervals, longest first; of equal ones, the first.</summary>
    public IReadOnlyList<Interval> Worst { get; }

    /// <summary>The recordings of the measurement.</summary>
    internal IReadOnlyList<TraceInfo> Traces { get; init; } = [];

    /// <summary>The lengths by time, for charts; null if they were not counted by time.</summary>
    internal TimeHistogram? Times { get; init; }

    /// <summary>Whether it is a copy, which has no longest intervals and knows no recordings.</summary>
    internal bool IsCopy { get; }

    internal LatencyRow Row => _row;

    internal long? Every => _every;

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Kind}{(Key is null ? "" : $" {Key}")}: {Count} intervals");

    private double? Time(long? time) => time is not { } t ? null : _row is { Unit: ClockUnit.Counts, IsWallTime: false } ? t : t / 1e9;

    private long? Percentile(int at) => Count == 0 ? null : Percentiles[at].Nanoseconds;

    /// <summary>Finds the percentiles and the ends of their confidence intervals at once.</summary>
    private static LatencyPercentile[] PercentilesOf(LengthDistribution lengths)
    {
        var count = lengths.Count;
        var ranks = Array.ConvertAll(Quantiles, quantile => Rank(count, quantile.Part, quantile.Whole));
        var bounds = Array.ConvertAll(Quantiles, quantile => ConfidenceRanks.Of(count, quantile.Quantile));
        long[] places = [.. ranks.Concat(bounds.SelectMany(b => b is { } both ? (long[])[both.Low, both.High]
            : [])).Distinct().Order()];
        var found = lengths.At(places);
        LatencyBucket At(long place) => found[Array.BinarySearch(places, place)];
        // A range ends at the greatest value at the latest.
        long High(long place) => Math.Min(At(place).Until ?? lengths.Max, lengths.Max);
        long Low(long place) => Math.Max(At(place).From, lengths.Min);
        return [.. Quantiles.Select((quantile, i) => new LatencyPercentile(quantile.Name, quantile.Quantile, High(ranks[i]),
            bounds[i] is { } both ? (Low(both.Low), High(both.High)) : null))];
    }

    /// <summary>The place of a percentile by nearest rank in the ascending order, from 0 on.</summary>
    internal static long Rank(long count, int part, int whole)
        => (long)(((UInt128)count * (uint)part + (uint)whole - 1) / (uint)whole) - 1;

    private static ReadOnlyDictionary<string, long> Terms(IntervalAccount account)
    {
        var terms = new Dictionary<string, long>
        {
            ["starts"] = account.Starts, ["ends"] = account.Ends, ["count"] = account.Count, ["uncertain"] = account.Uncertain,
            ["uncertain_ends"] = account.UncertainEnds, ["negative"] = account.Negative, ["no_wait"] = account.NoWait,
            ["superseded"] = account.Superseded, ["never_returned"] = account.NeverReturned, ["mismatched"] = account.Mismatched,
            ["unmatched_ends"] = account.UnmatchedEnds, ["open_at_end"] = account.OpenAtEnd,
        };
        foreach (var (name, count) in account.Parts) terms[name] = count;
        return new ReadOnlyDictionary<string, long>(terms);
    }
}
