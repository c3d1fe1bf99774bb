using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>A <see cref="LatencyFilter"/> for the intervals of one recording. For one thread.</summary>
internal sealed class IntervalPredicate
{
    private const byte Passes = 1, Fails = 2;

    private readonly LatencyFilter _filter;
    private readonly FilterNames _lists;
    private readonly LatencyNames _names;
    private readonly SyscallNames _syscalls;
    private readonly long _since, _until, _above, _below;
    private readonly HashSet<int> _processes, _noProcesses, _cpus, _noCpus;

    // The answer for each key of each kind of key, once it is known.
    private readonly byte[][] _keys = new byte[Enum.GetValues<KeyKind>().Length][];

    /// <summary>Prepares a filter.</summary>
    /// <param name="filter">The filter.</param>
    /// <param name="lists">Its names.</param>
    /// <param name="source">The recording.</param>
    /// <param name="names">The keys and tasks of the recording.</param>
    public IntervalPredicate(LatencyFilter filter, FilterNames lists, TraceSource source, LatencyNames names)
    {
        (_filter, _lists, _names) = (filter, lists, names);
        _syscalls = SyscallNames.Of(source.KernelRelease);
        var counts = source.ClockUnit == ClockUnit.Counts;
        (_since, _until) = (ToTime(filter.Since, long.MinValue, counts), ToTime(filter.Until, long.MaxValue, counts));
        (_above, _below) = (filter.Above ?? -1, filter.Below ?? long.MaxValue);
        (_processes, _noProcesses) = ([.. filter.ProcessId], [.. filter.ExcludeProcessId]);
        (_cpus, _noCpus) = ([.. filter.Cpu], [.. filter.ExcludeCpu]);
        Array.Fill(_keys, []);
    }

    /// <summary>Whether an interval passes everything but the names of tasks.</summary>
    public bool Matches(in IntervalRecord interval)
        => interval.Length > _above && interval.Length < _below && interval.Start >= _since && interval.Start <= _until
            && (_processes.Count == 0 || _processes.Contains(interval.ProcessId)) && !_noProcesses.Contains(interval.ProcessId)
            && (_cpus.Count == 0 || _cpus.Contains(interval.Cpu)) && !_noCpus.Contains(interval.Cpu)
            && (!_lists.HasKeys || MatchesKey(IntervalKinds.KeyOf(interval.Kind), interval.Key));

    /// <summary>Whether the task of an interval passes, by the name that is known so far.</summary>
    public bool MatchesTask(int processId) => !_filter.NeedsComm || _lists.AllowsTask(_names.Comm(processId));

    private bool MatchesKey(KeyKind kind, int key)
    {
        ref var keys = ref _keys[(int)kind];
        if (key >= keys.Length) Array.Resize(ref keys, Math.Max(key + 1, keys.Length * 2));
        if (keys[key] == 0) keys[key] = _lists.AllowsKey(kind, key == 0 ? "" : _names.Key(key), _syscalls) ? Passes : Fails;
        return keys[key] == Passes;
    }

    private static long ToTime(double? timestamp, long none, bool counts)
        => timestamp is not { } time ? none : counts ? (long)time : (long)Math.Round(time * 1e9);
}
