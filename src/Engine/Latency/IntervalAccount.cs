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

    /// <summary>Counts a start.</summary>
    /// <param name="open">The place of the key's interval; another one that is open there is superseded.</param>
    /// <param name="time">The time.</param>
    /// <param name="cpu">The CPU.</param>
    /// <param name="epoch">The count of losses; see <see cref="OpenInterval.Epoch"/>.</param>
    internal void Start(ref OpenInterval open, long time, int cpu, int epoch)
    {
        Starts++;
        if (open.IsOpen)
        {
            if (open.Epoch != epoch) Uncertain++;
            else Superseded++;
        }
        open.Start = time;
        open.Epoch = epoch;
        open.Cpu = cpu;
        open.IsOpen = true;
    }

    /// <summary>Counts an end, and closes the interval.</summary>
    /// <returns>Whether the interval counts. If not, it spans a loss, is negative, or has no start.</returns>
    internal bool End(ref OpenInterval open, long time, int epoch)
    {
        Ends++;
        if (!open.IsOpen)
        {
            UnmatchedEnds++;
            return false;
        }
        open.IsOpen = false;
        if (open.Epoch != epoch)
        {
            Uncertain++;
            UncertainEnds++;
            return false;
        }
        if (time < open.Start)
        {
            Negative++;
            return false;
        }
        Count++;
        return true;
    }

    /// <summary>Closes an interval, if one is open, that has no end.</summary>
    /// <returns>True if the caller must count why; false if the interval spans a loss, which is counted here.</returns>
    internal bool Drop(ref OpenInterval open, int epoch)
    {
        if (!open.IsOpen) return false;
        open.IsOpen = false;
        if (open.Epoch == epoch) return true;
        Uncertain++;
        return false;
    }

    /// <summary>Closes an interval, if one is open, at the end of the recording.</summary>
    internal void Close(ref OpenInterval open, int epoch)
    {
        if (Drop(ref open, epoch)) OpenAtEnd++;
    }

    /// <summary>Counts a start that is not kept, because a limit of the tables is reached: nothing is known of its end.</summary>
    internal void Ignore()
    {
        Starts++;
        Uncertain++;
    }

    /// <summary>Adds to <see cref="Parts"/> unless it is 0.</summary>
    internal void AddPart(string name, long count)
    {
        if (count > 0) Parts[name] = count;
    }
}
