namespace KernelMagnifier.Latency;

/// <summary>What a measurement of latencies counts.</summary>
internal sealed record LatencyPlan
{
    /// <summary>The default of <see cref="Worst"/>.</summary>
    public const int DefaultWorst = 3;

    /// <summary>The kinds; empty for all.</summary>
    public IReadOnlyList<IntervalKind> Kinds { get; init; } = [];

    /// <summary>What rows are by, beside the kind.</summary>
    public LatencyGrouping By { get; init; }

    /// <summary>The length of the time ranges, in nanoseconds or counts; null for one row over all time.</summary>
    public long? Every { get; init; }

    /// <summary>
    /// Whether an interval belongs to the time range in which it ends, instead of the one in which it starts. Then a range is
    /// complete as soon as its time is over.
    /// </summary>
    public bool ByEnd { get; init; }

    /// <summary>How many of the longest intervals each row has.</summary>
    public int Worst { get; init; } = DefaultWorst;

    /// <summary>Whether rows also count by time, for charts. Rows that are by time do not.</summary>
    public bool CountsOverTime { get; init; }

    /// <summary>The intervals.</summary>
    public LatencyFilter Filter { get; init; } = new();

    /// <summary>The keys other than task and CPU that rows are by.</summary>
    private const LatencyGrouping Named = LatencyGrouping.Syscall | LatencyGrouping.Irq | LatencyGrouping.Vector
        | LatencyGrouping.Function | LatencyGrouping.Device;

    /// <summary>Whether a kind is measured.</summary>
    public bool Has(IntervalKind kind)
        => (Kinds.Count == 0 || Kinds.Contains(kind)) && ((By & Named) == 0 || ByName(kind));

    /// <summary>
    /// Why no interval can have a row, and what to do, as sentences; null if one can. This is so if rows are by something that none
    /// of the kinds has.
    /// </summary>
    /// <param name="kinds">The name of the option for the kinds.</param>
    /// <param name="by">The name of the option for what rows are by.</param>
    public (string Cause, string Action)? Contradiction(string kinds, string by)
    {
        if (IntervalKinds.All.Any(Has)) return null;
        var what = (By & Named).ToString();
        return ($"{kinds} {string.Join(", ", Kinds)} and {by} {what} contradict each other, because intervals of these kinds do not "
            + $"have that key.", $"Omit {by} {what}, or measure one of: {string.Join(", ", IntervalKinds.All.Where(ByName))}.");
    }

    /// <summary>Whether the rows of a kind are by task.</summary>
    public bool ByTask(IntervalKind kind)
        => By.HasFlag(LatencyGrouping.Task) || (By.HasFlag(LatencyGrouping.Key) && IntervalKinds.KeyOf(kind) == KeyKind.Task);

    /// <summary>Whether the rows of a kind are by CPU.</summary>
    public bool ByCpu(IntervalKind kind)
        => By.HasFlag(LatencyGrouping.Cpu) || (By.HasFlag(LatencyGrouping.Key) && IntervalKinds.KeyOf(kind) == KeyKind.Cpu);

    /// <summary>Whether the rows of a kind are by a named key.</summary>
    public bool ByName(IntervalKind kind)
    {
        var flag = IntervalKinds.KeyOf(kind) switch
        {
            KeyKind.Syscall => LatencyGrouping.Syscall,
            KeyKind.Irq => LatencyGrouping.Irq,
            KeyKind.Vector => LatencyGrouping.Vector,
            KeyKind.Function => LatencyGrouping.Function,
            KeyKind.Device => LatencyGrouping.Device,
            KeyKind.Source => LatencyGrouping.Key,
            _ => LatencyGrouping.None,
        };
        return flag != 0 && (By & (flag | LatencyGrouping.Key)) != 0;
    }
}
