using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Comparison.Sampling;

/// <summary>Counts the intervals of one recording by the tasks, wakers, interrupts and so on that have them.</summary>
/// <param name="plan">What is kept.</param>
/// <param name="lists">The names of its filter.</param>
internal sealed class ContributionTally(SamplePlan plan, FilterNames lists) : IntervalSink
{
    /// <summary>What a baseline keeps of each kind: the largest of the tasks, and as many of the wakers and so on.</summary>
    public const int MostOfAKind = 64;

    // A damaged file can name any number of tasks. Further ones are not told apart.
    private const int Most = 8192;

    private readonly NumberTable<int> _places = new();
    private readonly List<(IntervalKind Kind, Part Part, int Id, uint[] Counts)> _rows = [];
    private TraceContext? _context;
    private LatencyNames _names = new();
    private IntervalPredicate _predicate = null!;

    /// <summary>What an interval is counted by.</summary>
    private enum Part : byte
    {
        Task,
        Waker,
        WakerContext,
        Key,
    }

    /// <inheritdoc/>
    public override void Begin(TraceContext context, LatencyNames names)
    {
        (_context, _names) = (context, names);
        _predicate = new IntervalPredicate(plan.Filter, lists, context.Source, names);
    }

    /// <inheritdoc/>
    public override void Accept(in IntervalRecord interval)
    {
        if (interval.Kind == IntervalKind.Call || (plan.Kinds.Count > 0 && !plan.Kinds.Contains(interval.Kind))
            || !_predicate.Matches(interval)) return;
        var bucket = TimeHistogram.BucketOf(interval.Length);
        if (interval.ProcessId >= 0) Add(interval.Kind, Part.Task, interval.ProcessId, bucket);
        if (interval.Key != 0) Add(interval.Kind, Part.Key, interval.Key, bucket);
        if (interval.Waker < 0) return;
        if (interval.WakerContext is ExecutionContext.HardIrq or ExecutionContext.SoftIrq or ExecutionContext.Nmi)
            Add(interval.Kind, Part.WakerContext, (int)interval.WakerContext, bucket);
        else Add(interval.Kind, Part.Waker, interval.Waker, bucket);
    }

    /// <summary>The largest parts of each kind, by kind, what they are, and name. Tasks of the same name are one.</summary>
    public IReadOnlyList<Contribution> Contributions()
    {
        if (_context is null) return [];
        var syscalls = SyscallNames.Of(_context.Source.KernelRelease);
        var sums = new Dictionary<(IntervalKind Kind, string What, string? Name), long[]>();
        foreach (var (kind, part, id, counts) in _rows)
        {
            if (plan.Filter.NeedsComm && part == Part.Task && !lists.AllowsTask(_names.Comm(id))) continue;
            var key = (kind, What(kind, part), Name(kind, part, id, syscalls));
            if (!sums.TryGetValue(key, out var sum)) sums.Add(key, sum = new long[TimeHistogram.Buckets]);
            for (var at = 0; at < sum.Length; at++) sum[at] += counts[at];
        }
        return [.. sums.Select(sum => new Contribution(sum.Key.Kind, sum.Key.What, sum.Key.Name,
                [.. sum.Value.Select((count, bucket) => (bucket, count)).Where(pair => pair.count > 0)]))
            .GroupBy(part => (part.Kind, part.What)).SelectMany(group => group.OrderByDescending(part => part.TimeOver(-1))
                .ThenBy(part => part.Name, StringComparer.Ordinal).Take(MostOfAKind))
            .OrderBy(part => part.Kind).ThenBy(part => part.What, StringComparer.Ordinal)
            .ThenBy(part => part.Name, StringComparer.Ordinal)];
    }

    private static string What(IntervalKind kind, Part part) => part switch
    {
        Part.Task => "Task",
        Part.Waker or Part.WakerContext => "Waker",
        _ => IntervalKinds.KeyOf(kind) switch
        {
            KeyKind.Syscall => "Syscall",
            KeyKind.Irq => "HardIrq",
            KeyKind.Vector => kind == IntervalKind.IrqVector ? "HardIrq" : "SoftIrq",
            KeyKind.Device => "Device",
            KeyKind.Function => "Function",
            _ => "Source",
        },
    };

    private string? Name(IntervalKind kind, Part part, int id, SyscallNames syscalls)
    {
        if (part == Part.WakerContext) return ((ExecutionContext)id).ToString();
        if (part != Part.Key)
            return id == 0 ? "swapper" : _names.Comm(id);
        var key = _names.Key(id);
        return IntervalKinds.KeyOf(kind) == KeyKind.Syscall ? syscalls.Name(key) ?? key : key;
    }

    private void Add(IntervalKind kind, Part part, int id, int bucket)
    {
        var key = ((ulong)kind << 40) | ((ulong)part << 32) | (uint)id;
        if (!_places.TryGetValue(key, out var at))
        {
            if (_rows.Count >= Most) return;
            at = _rows.Count;
            _rows.Add((kind, part, id, new uint[TimeHistogram.Buckets]));
            _places.Set(key, at);
        }
        _rows[at].Counts[bucket]++;
    }
}
