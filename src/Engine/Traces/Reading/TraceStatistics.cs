using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// The numbers that a reader collects for the <see cref="TraceInfo"/>. Each worker has its own instance;
/// <see cref="Add(TraceStatistics)"/> sums them and <see cref="WriteTo"/> writes the sums.
/// </summary>
internal sealed class TraceStatistics
{
    private const int MostSamples = 5;
    private const int MostKinds = 10_000;

    private const int RecentKinds = 32;
    private const string MoreKinds = "(more kinds)";

    private readonly Dictionary<string, long> _kinds = [];
    private readonly (string? Kind, long Events)[] _recent = new (string?, long)[RecentKinds];
    private readonly Dictionary<string, NotParsedLines> _notParsed = [];
    private readonly List<(long Place, string Text)> _samples = [];
    private readonly List<string> _warnings = [];
    private Row[] _rows = new Row[9];

    private struct Row
    {
        public long Calls;
        public long Others;
        public long Lost;
        public long UncountedLosses;
        public long KernelLost;
        public long NotParsed;
        public bool Seen;
        public bool HasTime;
        public long First;
        public long Last;
    }

    /// <summary>Lines or records that could not be parsed for one reason.</summary>
    /// <param name="Count">Their number.</param>
    /// <param name="Place">Where the first one is.</param>
    /// <param name="Order">The number of reasons that the worker met before this one.</param>
    private readonly record struct NotParsedLines(long Count, long Place, int Order);

    /// <summary>
    /// Where in the recording a worker reads: the number of its block. The first lines that could not be parsed are found by it
    /// when several workers read. Readers that do not set it report those of the first worker first.
    /// </summary>
    public long Place { get; set; }

    /// <summary>The earliest time.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>The latest time.</summary>
    public long Last { get; private set; } = long.MinValue;

    /// <summary>The number of calls.</summary>
    public long Calls { get; private set; }

    /// <summary>Counts a call on a CPU; -1 if not known.</summary>
    public void Call(int cpu) => Count(cpu, 1);

    /// <summary>Counts calls on a CPU.</summary>
    public void Count(int cpu, long calls)
    {
        ref var row = ref At(cpu);
        row.Calls += calls;
        Calls += calls;
    }

    /// <summary>Counts events that are not calls.</summary>
    public void Other(int cpu, string kind, long events = 1)
    {
        At(cpu).Others += events;
        // Readers intern the names of kinds, so a few references stand for most events.
        ref var recent = ref _recent[RuntimeHelpers.GetHashCode(kind) & (RecentKinds - 1)];
        if (!ReferenceEquals(recent.Kind, kind))
        {
            if (recent.Kind is { } other) AddTo(_kinds, other, recent.Events);
            recent = (kind, 0);
        }
        recent.Events += events;
    }

    /// <summary>Counts events that the kernel dropped.</summary>
    public void Lost(int cpu, long events)
    {
        if (events > 0) At(cpu).Lost += events;
    }

    /// <summary>Counts a loss of events whose number the recording does not contain.</summary>
    public void LostUncounted(int cpu) => At(cpu).UncountedLosses++;

    /// <summary>Adds the kernel's own count of the events that it dropped on a CPU.</summary>
    public void KernelLost(int cpu, long events)
    {
        if (events > 0) At(cpu).KernelLost += events;
    }

    /// <summary>
    /// The dropped events counted so far, on all CPUs. While another thread counts, the number is a lower bound.
    /// </summary>
    public long LostSoFar
    {
        get
        {
            var lost = 0L;
            foreach (ref readonly var row in Volatile.Read(ref _rows).AsSpan()) lost += row.Lost;
            return lost;
        }
    }

    /// <summary>Counts a line or record that could not be parsed.</summary>
    /// <param name="cpu">The CPU; -1 if not known.</param>
    /// <param name="reason">One of a few fixed reasons.</param>
    /// <param name="sample">The line, to be shown to the user.</param>
    public void NotParsed(int cpu, string reason, ReadOnlySpan<byte> sample = default)
    {
        At(cpu).NotParsed++;
        Add(reason, new NotParsedLines(1, Place, _notParsed.Count));
        if (_samples.Count < MostSamples && !sample.IsEmpty)
            _samples.Add((Place, NameText.Decode(sample[..Math.Min(sample.Length, 200)])));
    }

    /// <summary>Extends the time span to include a time.</summary>
    public void Time(long time)
    {
        if (time < First) First = time;
        if (time > Last) Last = time;
    }

    /// <summary>Extends the time spans of the recording and of a CPU to include a time.</summary>
    public void Time(long time, int cpu)
    {
        Time(time);
        ref var row = ref At(cpu);
        Extend(ref row, time, time);
    }

    /// <summary>Adds a warning for the user. The same text is kept once.</summary>
    public void Warn(string text)
    {
        if (_warnings.Count < 100 && !_warnings.Contains(text)) _warnings.Add(text);
    }

    /// <summary>Adds a warning before the others, because a summary can omit the last ones.</summary>
    public void WarnFirst(string text)
    {
        _warnings.Remove(text);
        _warnings.Insert(0, text);
    }

    /// <summary>Adds the numbers of another worker.</summary>
    public void Add(TraceStatistics other)
    {
        for (var i = 0; i < other._rows.Length; i++)
        {
            ref var from = ref other._rows[i];
            if (!from.Seen) continue;
            ref var to = ref At(i - 1);
            to.Calls += from.Calls;
            to.Others += from.Others;
            to.Lost += from.Lost;
            to.UncountedLosses += from.UncountedLosses;
            to.KernelLost += from.KernelLost;
            to.NotParsed += from.NotParsed;
            if (from.HasTime) Extend(ref to, from.First, from.Last);
        }
        Calls += other.Calls;
        other.AddRecent();
        foreach (var (kind, n) in other._kinds) AddTo(_kinds, kind, n);
        foreach (var (reason, lines) in other._notParsed) Add(reason, lines);
        // A block belongs to one worker, and its lines stay in their order.
        (long, string)[] samples = [.. _samples.Concat(other._samples).OrderBy(sample => sample.Place).Take(MostSamples)];
        _samples.Clear();
        _samples.AddRange(samples);
        foreach (var warning in other._warnings) Warn(warning);
        if (other.First < First) First = other.First;
        if (other.Last > Last) Last = other.Last;
    }

    /// <summary>Writes the sums to the description of the recording.</summary>
    /// <param name="info">The description.</param>
    /// <param name="callKind">The kernel's name for the calls (<c>function</c>, <c>funcgraph_entry</c>).</param>
    public void WriteTo(TraceInfoBuilder info, string callKind)
    {
        AddRecent();
        var perCpu = new List<CpuStatistics>();
        long lost = 0, others = 0, not = 0;
        var (isKernelCount, isMinimum) = (false, false);
        for (var i = 0; i < _rows.Length; i++)
        {
            ref var row = ref _rows[i];
            if (!row.Seen) continue;
            // A loss of unknown number is one event at least. The kernel's count includes it, and the losses after the last page.
            var counted = row.Lost + row.UncountedLosses;
            isKernelCount |= row.KernelLost > counted;
            isMinimum |= row.UncountedLosses > 0 && row.KernelLost < counted;
            var best = Math.Max(counted, row.KernelLost);
            perCpu.Add(new CpuStatistics(i == 0 ? null : i - 1, row.Calls, best, row.Others, row.NotParsed));
            (lost, others, not) = (lost + best, others + row.Others, not + row.NotParsed);
        }
        info.PerCpu = perCpu;
        (info.Calls, info.LostEvents, info.Events, info.NotParsed) = (Calls, lost, others, not);
        info.LostEventsBasis = lost == 0 ? null : isKernelCount ? LostEventsBasis.KernelCount : LostEventsBasis.Data;
        info.LostEventsIsMinimum = isMinimum;
        if (info.Cpus == 0) info.Cpus = perCpu.Count(c => c.Cpu is not null);
        info.CallKind = Calls > 0 ? callKind : null;
        info.EventKinds = _kinds.OrderByDescending(k => k.Value).ThenBy(k => k.Key, StringComparer.Ordinal).ToDictionary();
        info.NotParsedKinds = _notParsed.OrderBy(r => r.Value.Place).ThenBy(r => r.Value.Order)
            .ToDictionary(r => r.Key, r => r.Value.Count);
        info.NotParsedSamples = [.. _samples.Select(s => s.Text)];
        info.Warnings = [.. _warnings];
        (info.FirstTime, info.LastTime) = First <= Last ? ((long?)First, (long?)Last) : (null, null);
        info.ObservedTime = ObservedTime();
    }

    /// <summary>
    /// The sum over all CPUs of the time from their first to their last event. A CPU whose times a reader does not tell apart has
    /// the span of the recording.
    /// </summary>
    private long? ObservedTime()
    {
        if (First > Last) return null;
        Int128 sum = 0;
        var span = (Int128)Last - First;
        foreach (ref readonly var row in _rows.AsSpan(1))
            if (row.HasTime) sum += (Int128)row.Last - row.First;
            else if (row.Calls + row.Others > 0) sum += span;
        // Events without any CPU.
        if (sum == 0) sum = span;
        return (long)Int128.Min(sum, long.MaxValue);
    }

    private static void Extend(ref Row row, long first, long last)
    {
        row.First = row.HasTime ? Math.Min(row.First, first) : first;
        row.Last = row.HasTime ? Math.Max(row.Last, last) : last;
        row.HasTime = true;
    }

    private void AddRecent()
    {
        foreach (ref var recent in _recent.AsSpan())
        {
            if (recent.Kind is { } kind) AddTo(_kinds, kind, recent.Events);
            recent = default;
        }
    }

    private void Add(string reason, NotParsedLines lines)
    {
        if (_notParsed.Count >= MostKinds && !_notParsed.ContainsKey(reason)) reason = MoreKinds;
        ref var sum = ref CollectionsMarshal.GetValueRefOrAddDefault(_notParsed, reason, out var isKnown);
        sum = !isKnown ? lines : (lines.Place < sum.Place ? lines : sum) with { Count = sum.Count + lines.Count };
    }

    private static void AddTo(Dictionary<string, long> sums, string key, long n)
    {
        if (sums.Count >= MostKinds && !sums.ContainsKey(key)) key = MoreKinds;
        CollectionsMarshal.GetValueRefOrAddDefault(sums, key, out _) += n;
    }

    private ref Row At(int cpu)
    {
        var at = cpu < -1 || cpu >= TraceLimits.MaxCpus ? 0 : cpu + 1;
        if (at >= _rows.Length) Array.Resize(ref _rows, Math.Max(at + 1, _rows.Length * 2));
        _rows[at].Seen = true;
        return ref _rows[at];
    }
}
