namespace KernelMagnifier.Latency;

/// <summary>
/// What became of every start and every end of one kind of interval:
/// <c>starts = count + uncertain + negative + no_wait + superseded + never_returned + mismatched + open_at_end</c>,
/// <c>ends = count + uncertain_ends + negative + mismatched + unmatched_ends</c> (on-CPU slices: without <c>mismatched</c>).
/// </summary>
internal sealed class IntervalAccount
{
    /// <summary>The start events.</summary>
    public long Starts { get; set; }

    /// <summary>The end events.</summary>
    public long Ends { get; set; }

    /// <summary>The intervals.</summary>
    public long Count { get; set; }

    /// <summary>Starts whose interval spans lost events.</summary>
    public long Uncertain { get; set; }

    /// <summary>Those of <see cref="Uncertain"/> whose end was seen.</summary>
    public long UncertainEnds { get; set; }

    /// <summary>Pairs whose end is earlier than their start.</summary>
    public long Negative { get; set; }

    /// <summary>Wake-ups of a task that did not wait.</summary>
    public long NoWait { get; set; }

    /// <summary>Starts that another start of the same key followed.</summary>
    public long Superseded { get; set; }

    /// <summary>System calls that never return.</summary>
    public long NeverReturned { get; set; }

    /// <summary>Pairs that do not belong together.</summary>
    public long Mismatched { get; set; }

    /// <summary>Ends without a start.</summary>
    public long UnmatchedEnds { get; set; }

    /// <summary>Starts without an end when the recording ended.</summary>
    public long OpenAtEnd { get; set; }

    /// <summary>
    /// Further counts of a kind by name, which are parts of the terms above: <c>starts_R</c>, <c>starts_Rplus</c>, <c>raced</c>,
    /// <c>woken_while_running</c>, <c>woken_while_queued</c>, <c>fork_returns</c>.
    /// </summary>
    public SortedDictionary<string, long> Parts { get; } = new(StringComparer.Ordinal);
}
