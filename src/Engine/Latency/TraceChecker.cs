using KernelMagnifier.Model;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Latency;

/// <summary>Finds what can be trusted in a recording, in one pass over its events.</summary>
internal sealed class TraceChecker : EventSink
{
    private const int MostCpus = 8192, MostTasks = 1 << 18, MostLosses = 10_000, DeepestHandlers = 64;

    private readonly CheckedIntervals _intervals;
    private readonly IntervalBuilder _builder;
    private readonly NumberTable<CpuCheck> _cpus = new();
    private readonly NumberTable<int> _balance = new();
    private readonly NumberTable<bool> _unbalanced = new();
    private readonly SortedDictionary<int, CpuCheck> _byNumber = [];
    private readonly List<EventLoss> _losses = [];
    private readonly Dictionary<EventSchema, CheckedSchema> _schemas = new(ReferenceEqualityComparer.Instance);
    private TraceContext _context = null!;
    private long _lossCount, _equal, _latest = CallRecord.NoTime;
    private int _latestCpu = -1;

    private TraceChecker()
    {
        _intervals = new CheckedIntervals(interval =>
        {
            if (CpuOf(interval.Cpu) is { } cpu) cpu.Accounted += interval.Length;
        });
        _builder = new IntervalBuilder(_intervals);
    }

    /// <inheritdoc/>
    public override CallFields Fields => _builder.Fields;

    /// <inheritdoc/>
    public override CallSink? Calls => _builder.Calls;

    /// <inheritdoc/>
    public override IEnumerable<string> Warnings => _builder.Warnings;

    /// <summary>Checks a recording.</summary>
    public static TraceCheck Check(TraceReader reader, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var checker = new TraceChecker();
        var info = reader.ReadOnce(checker, null, null, cancel);
        return checker.Result(info);
    }

    /// <inheritdoc/>
    public override void Begin(TraceContext context)
    {
        _context = context;
        _builder.Begin(context);
    }

    /// <inheritdoc/>
    public override void Accept(in EventRecord record)
    {
        if (record.Time != CallRecord.NoTime && CpuOf(record.Cpu) is { } cpu) Check(in record, cpu);
        _builder.Accept(in record);
    }

    /// <inheritdoc/>
    public override void Lost(int cpu, long? events, long time)
    {
        _lossCount++;
        if (CpuOf(cpu) is { } state)
        {
            if (_losses.Count < MostLosses)
            {
                // A loss at the end of the events of a CPU, or in damaged data, has no event after it.
                var to = state.Latest is { } latest && time <= latest ? CallRecord.NoTime : time;
                _losses.Add(new EventLoss(cpu, events, _context.Source.ToTimestamp(state.Latest ?? CallRecord.NoTime),
                    _context.Source.ToTimestamp(to), _context.Source.ClockUnit.ToString()));
            }
            (state.LastSwitch, state.CanBeginInside) = (null, true);
            state.Open.Clear();
        }
        _builder.Lost(cpu, events, time);
    }

    /// <inheritdoc/>
    public override void End(TraceInfo info) => _builder.End(info);

    private void Check(in EventRecord record, CpuCheck cpu)
    {
        if (record.Time < cpu.Latest) cpu.Descending++;
        else cpu.Latest = record.Time;
        if (record.Time == _latest && record.Cpu != _latestCpu) _equal++;
        (_latest, _latestCpu) = (record.Time, record.Cpu);
        if (!_schemas.TryGetValue(record.Schema, out var schema))
            _schemas.Add(record.Schema, schema = CheckedSchema.Of(record.Schema));
        if (schema.Role == CheckedRole.Switch) Switch(in record, schema, cpu);
        else if (schema.Role != CheckedRole.None && schema.Handler(record.Body) is { } handler)
        {
            if (schema.Role == CheckedRole.Exit) Exit(handler, cpu);
            else if (cpu.Open.Count < DeepestHandlers) cpu.Open.Add(handler);
        }
    }

    private void Switch(in EventRecord record, CheckedSchema schema, CpuCheck cpu)
    {
        cpu.HasSwitch = true;
        if (cpu.LastSwitch is { } last) cpu.Observed += record.Time - last;
        cpu.LastSwitch = record.Time;
        Move(schema.First.Number(record.Body), -1);
        Move(schema.Second.Number(record.Body), 1);
    }

    private void Move(long? pid, int by)
    {
        // The idle tasks of all CPUs have pid 0.
        if (pid is not > 0 || (_balance.Count >= MostTasks && !_balance.TryGetValue((ulong)pid, out _))) return;
        _balance.GetOrAdd((ulong)pid, out _) += by;
        // A task that ran when the recording began has been switched out once more, and one that still runs once less.
        if (_balance.GetOrAdd((ulong)pid, out _) is > 1 or < -1) _unbalanced.GetOrAdd((ulong)pid, out _) = true;
    }

    private static void Exit(long handler, CpuCheck cpu)
    {
        var at = cpu.Open.LastIndexOf(handler);
        if (at == cpu.Open.Count - 1 && at >= 0) cpu.Open.RemoveAt(at);
        else if (at >= 0)
        {
            cpu.NotNested++;
            cpu.Open.RemoveRange(at, cpu.Open.Count - at);
        }
        else if (!cpu.CanBeginInside || cpu.Open.Count > 0) cpu.NotNested++;
        if (cpu.Open.Count == 0 && at >= 0) cpu.CanBeginInside = false;
    }

    private CpuCheck? CpuOf(int number)
    {
        if (number < 0) return null;
        if (_cpus.TryGetValue((ulong)number, out var cpu)) return cpu;
        if (_cpus.Count >= MostCpus) return null;
        cpu = new CpuCheck();
        _cpus.Set((ulong)number, cpu);
        _byNumber.Add(number, cpu);
        return cpu;
    }

    private TraceCheck Result(TraceInfo info)
    {
        var checks = new SelfChecks(_intervals.Accounts, info.LostEvents > 0 || _lossCount > 0, _builder.OfEndedTasks > 0);
        var seen = info.PerCpu.Where(cpu => cpu.Calls + cpu.Events > 0).Select(cpu => cpu.Cpu).OfType<int>().ToHashSet();
        var notSeen = info.Cpus is { } cpus && cpus <= MostCpus && seen.All(cpu => cpu < cpus)
            ? Enumerable.Range(0, cpus).Where(cpu => !seen.Contains(cpu)).ToList() : null;
        return new TraceCheck(info)
        {
            CpusNotSeen = notSeen, LossCount = _lossCount, Losses = _losses, OfEndedTasks = _builder.OfEndedTasks,
            // Arrays: PowerShell does not index the lists of collection expressions.
            Kinds = CheckedKinds.Of(info, _builder.Seen, _intervals.Accounts).ToArray(),
            Checks = checks.Of(_byNumber, _unbalanced.Count, _balance.Count, _equal).ToArray(),
        };
    }
}
