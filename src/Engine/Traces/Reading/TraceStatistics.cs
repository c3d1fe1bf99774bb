using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.Reading;

/// <summary>
/// What a reader counts beside the calls. Each worker keeps its own; <see cref="Add(TraceStatistics)"/> brings them
/// together and <see cref="WriteTo"/> fills the <see cref="TraceInfo"/>.
/// </summary>
internal sealed class TraceStatistics
{
    private const int MostSamples = 5;
    private const int MostKinds = 10_000;

    private readonly Dictionary<string, long> _kinds = [];
    private readonly Dictionary<string, long> _notParsed = [];
    private readonly List<string> _samples = [];
    private readonly List<string> _warnings = [];
    private Row[] _rows = new Row[9];

    private struct Row
    {
        public long Calls;
        public long Others;
        public long Lost;
        public long NotParsed;
        public bool Seen;
    }

    /// <summary>The earliest time seen.</summary>
    public long First { get; private set; } = long.MaxValue;

    /// <summary>The latest time seen.</summary>
    public long Last { get; private set; } = long.MinValue;

    /// <summary>Call events so far.</summary>
    public long Calls { get; private set; }

    /// <summary>Counts one call on a CPU (-1: not known).</summary>
    public void Call(int cpu) => Count(cpu, 1);

    /// <summary>Counts calls of a CPU.</summary>
    public void Count(int cpu, long calls)
    {
        ref var row = ref At(cpu);
        row.Calls += calls;
        Calls += calls;
    }

    /// <summary>Counts one event that is no call. (Calls are put under a kind at the end, see <see cref="WriteTo"/>.)</summary>
    public void Other(int cpu, string kind, long events = 1)
    {
        At(cpu).Others += events;
        AddTo(_kinds, kind, events);
    }

    /// <summary>Counts events the kernel dropped.</summary>
    public void Lost(int cpu, long events)
    {
        if (events > 0) At(cpu).Lost += events;
    }

    /// <summary>Events a CPU dropped, so far.</summary>
    public long LostOn(int cpu) => cpu + 1 < _rows.Length && cpu >= -1 ? _rows[cpu + 1].Lost : 0;

    /// <summary>Counts one line or record that could not be read.</summary>
    /// <param name="cpu">Its CPU, or -1.</param>
    /// <param name="why">One of few fixed reasons.</param>
    /// <param name="sample">The line, for a person to look at.</param>
    public void NotParsed(int cpu, string why, ReadOnlySpan<byte> sample = default)
    {
        At(cpu).NotParsed++;
        AddTo(_notParsed, why, 1);
        if (_samples.Count < MostSamples && !sample.IsEmpty)
            _samples.Add(System.Text.Encoding.UTF8.GetString(sample[..Math.Min(sample.Length, 200)]));
    }

    /// <summary>Widens the time span.</summary>
    public void Time(long time)
    {
        if (time < First) First = time;
        if (time > Last) Last = time;
    }

    /// <summary>Notes something a user should know; the same words are said once.</summary>
    public void Warn(string text)
    {
        if (_warnings.Count < 100 && !_warnings.Contains(text)) _warnings.Add(text);
    }

    /// <summary>Adds another worker's counts.</summary>
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
            to.NotParsed += from.NotParsed;
        }
        Calls += other.Calls;
        foreach (var (kind, n) in other._kinds) AddTo(_kinds, kind, n);
        foreach (var (why, n) in other._notParsed) AddTo(_notParsed, why, n);
        foreach (var sample in other._samples)
            if (_samples.Count < MostSamples)
                _samples.Add(sample);
        foreach (var warning in other._warnings) Warn(warning);
        if (other.First < First) First = other.First;
        if (other.Last > Last) Last = other.Last;
    }

    /// <summary>Writes the sums into the recording's description.</summary>
    /// <param name="info">The description.</param>
    /// <param name="callKind">The kernel's name of the call events (<c>function</c>, <c>funcgraph_entry</c>).</param>
    public void WriteTo(TraceInfoBuilder info, string callKind)
    {
        var perCpu = new List<CpuStatistics>();
        long lost = 0, others = 0, not = 0;
        for (var i = 0; i < _rows.Length; i++)
        {
            ref var row = ref _rows[i];
            if (!row.Seen) continue;
            perCpu.Add(new CpuStatistics(i - 1, row.Calls, row.Lost, row.Others, row.NotParsed));
            (lost, others, not) = (lost + row.Lost, others + row.Others, not + row.NotParsed);
        }
        info.PerCpu = perCpu;
        (info.Calls, info.LostEvents, info.Events, info.NotParsed) = (Calls, lost, others, not);
        if (info.Cpus == 0) info.Cpus = perCpu.Count(c => c.Cpu >= 0);
        var kinds = new Dictionary<string, long>(_kinds);
        if (Calls > 0) AddTo(kinds, callKind, Calls);
        info.EventKinds = kinds.OrderByDescending(k => k.Value).ToDictionary();
        info.NotParsedKinds = new Dictionary<string, long>(_notParsed);
        info.NotParsedSamples = [.. _samples];
        info.Warnings = [.. _warnings];
        (info.FirstTime, info.LastTime) = First <= Last ? ((long?)First, (long?)Last) : (null, null);
    }

    private static void AddTo(Dictionary<string, long> sums, string key, long n)
    {
        if (sums.Count >= MostKinds && !sums.ContainsKey(key)) key = "(more kinds)";
        sums[key] = sums.GetValueOrDefault(key) + n;
    }

    private ref Row At(int cpu)
    {
        var at = cpu < -1 || cpu >= TraceLimits.MaxCpus ? 0 : cpu + 1;
        if (at >= _rows.Length) Array.Resize(ref _rows, Math.Max(at + 1, _rows.Length * 2));
        _rows[at].Seen = true;
        return ref _rows[at];
    }
}
