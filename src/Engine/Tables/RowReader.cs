using System.Text;
using System.Text.Json;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Probes.Results;
using KernelMagnifier.Text;

namespace KernelMagnifier.Tables;

/// <summary>Makes objects of the rows of one file. All values are untrusted.</summary>
/// <param name="part">The file.</param>
internal sealed class RowReader(TablePart part)
{
    private const int Own = TableSchema.Common, MostSchemas = 4096;

    private readonly DetachedCalls _calls = new();
    private readonly Dictionary<TraceContext, LatencyNames> _names = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<(string? System, string Name), StoredEventSchema> _schemas = [];
    private readonly object _run = new();
    private TraceInfo? _info;
    private bool _hasInfo;

    /// <summary>The machine of a row.</summary>
    public string? Host(TableBatch row) => part.Host ?? row.Text(TableSchema.Host);

    /// <summary>The recording of a row.</summary>
    public string? Recording(TableBatch row) => part.Recording ?? row.Text(TableSchema.Recording);

    /// <summary>The call of a row.</summary>
    /// <exception cref="FormatException">A value is not possible.</exception>
    public CallEvent Call(TableBatch row)
    {
        var values = new CallRecord
        {
            Time = row.Long(Own + 1) ?? CallRecord.NoTime, Cpu = row.Int(Own + 2, CallLimits.MostCpus - 1),
                Context = Context(row, Own + 6),
            Duration = row.Long(Own + 11, 0) ?? CallRecord.NoDuration, SelfDuration = row.Long(Own + 12,
                0) ?? CallRecord.NoDuration,
            Depth = (short)row.Int(Own + 13, short.MaxValue),
        };
        var function = new FunctionValues(row.RequiredText(Own + 7), row.Text(Own + 9), row.Text(Own + 14), Line(row, Own + 16));
        var caller = new FunctionValues(row.Text(Own + 8), row.Text(Own + 10), row.Text(Own + 15), Line(row, Own + 17));
        var (context, record) = _calls.Complete(
            Recording(row), part.Clock, function, caller, Task(row, Own + 3), in values, part.Nesting);
        Place(context, row, Own, values.Time);
        return new CallEvent(context, in record);
    }

    /// <summary>The edge of a row.</summary>
    /// <exception cref="FormatException">A value is not possible.</exception>
    public CallEdge Edge(TableBatch row)
    {
        var context = _calls.Context(Recording(row), part.Clock, part.Nesting);
        var caller = new FunctionValues(row.Text(Own), row.Text(Own + 5), row.Text(Own + 7), Line(row, Own + 9));
        var callee = new FunctionValues(row.RequiredText(Own + 1), row.Text(Own + 6), row.Text(Own + 8), Line(row, Own + 10));
        var count = row.Long(Own + 2, 1, CallLimits.MostCalls) ?? throw row.Wrong(Own + 2, "is missing");
        Describe(context, row);
        return new CallEdge(DetachedCalls.Function(context, caller), DetachedCalls.Function(context, callee), count,
            row.Long(Own + 3, 0) ?? CallRecord.NoDuration, row.Long(Own + 4, 0) ?? CallRecord.NoDuration, context);
    }

    /// <summary>The event of a row.</summary>
    /// <exception cref="FormatException">A value is not possible.</exception>
    public KernelEvent Event(TableBatch row)
    {
        var context = _calls.Context(Recording(row), part.Clock, part.Nesting);
        var time = row.Long(Own + 1) ?? CallRecord.NoTime;
        Place(context, row, Own, time);
        var kind = (row.Text(Own + 7), row.RequiredText(Own + 8));
        if (!_schemas.TryGetValue(kind, out var schema))
        {
            if (_schemas.Count >= MostSchemas) throw row.Wrong(Own + 8, "is one of too many kinds of events");
            _schemas.Add(kind, schema = new StoredEventSchema(kind.Item1, kind.Item2));
        }
        var task = DetachedCalls.Task(context, Task(row, Own + 3));
        return new KernelEvent(context, new EventRecord
        {
            Schema = schema, Time = time, Cpu = row.Int(Own + 2, CallLimits.MostCpus - 1), ProcessId = row.Int(Own + 3),
                Task = task.Id,
            Context = Context(row, Own + 6), Body = StoredEventSchema.Body(row.RequiredText(Own + 9), row.Text(Own + 10)),
            Stack = row.Texts(Own + 11) is { Count: > 0 } frames ? StoredEventSchema.Stack(frames) : default,
        });
    }

    /// <summary>The interval of a row.</summary>
    /// <exception cref="FormatException">A value is not possible.</exception>
    public Interval Interval(TableBatch row)
    {
        var unit = row.Choice<ClockUnit>(Own + 21) ?? part.Clock;
        var context = _calls.Context(Recording(row), unit);
        if (!_names.TryGetValue(context, out var names)) _names.Add(context, names = new LatencyNames());
        var kind = row.Choice<IntervalKind>(Own) ?? throw row.Wrong(Own, "is missing");
        var (start, end) = Ends(row);
        Place(context, row, Own + 5, start);
        var record = new IntervalRecord
        {
            Kind = kind, Start = start, End = end, ProcessId = row.Int(Own + 4), Cpu = row.Int(Own + 9),
                StartCpu = row.Int(Own + 10),
            PreviousCpu = row.Int(Own + 11), Waker = row.Int(Own + 12), WakerContext = Context(row, Own + 14),
            Basis = row.Choice<IntervalBasis>(Own + 15) ?? throw row.Wrong(Own + 15, "is missing"),
            OnCpu = row.Long(kind == IntervalKind.Syscall ? Own + 16 : Own + 20, 0) ?? IntervalRecord.Unknown,
            Runnable = row.Long(Own + 17, 0) ?? IntervalRecord.Unknown, Blocked = row.Long(Own + 18, 0) ?? IntervalRecord.Unknown,
            Placement = row.Long(Own + 19, 0) ?? IntervalRecord.Unknown,
        };
        var hasName = IntervalKinds.KeyOf(kind) is not (KeyKind.Task or KeyKind.Cpu);
        if (hasName && row.Text(Own + 1) is { } key) record.Key = names.Key(NameText.Encode(key));
        if (record.ProcessId >= 0 && row.Text(Own + 3) is { } comm) names.Name(record.ProcessId, NameText.Encode(comm));
        if (record.Waker >= 0 && row.Text(Own + 13) is { } waker) names.Name(record.Waker, NameText.Encode(waker));
        return new Interval(context, names, in record);
    }

    /// <summary>The latency of a row.</summary>
    /// <exception cref="FormatException">A value is not possible.</exception>
    public Latency.Latency Latency(TableBatch row)
    {
        using var json = Json(row, Own + 26);
        var latency = LatencyJson.Read(new JsonFields(json.RootElement, "the latency"), out _) ?? throw row.Wrong(Own,
            "is no known kind");
        var isWall = row.Long(Own + 6) is not null;
        var (from, until) = isWall ? (row.Long(Own + 6), row.Long(Own + 7)) : (row.Long(Own + 8), row.Long(Own + 9));
        var every = from is not null && until is { } end && end > from && end - from.Value > 0 ? end - from : null;
        return new Latency.Latency(from is null ? latency.Row : latency.Row with { From = from, IsWallTime = isWall }, every)
        {
            Count = latency.Count, SumNanoseconds = latency.SumNanoseconds, MinNanoseconds = latency.MinNanoseconds,
            MeanNanoseconds = latency.MeanNanoseconds, MaxNanoseconds = latency.MaxNanoseconds, Method = latency.Method,
            Percentiles = latency.Percentiles, Histogram = latency.Histogram, Account = latency.Account,
            Traces = Info(row) is { } info ? [info] : [],
        };
    }

    /// <summary>The record of a measurement of a row.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public static Measurement Log(TableBatch row)
        => MeasurementJson.Read(Encoding.UTF8.GetBytes(row.RequiredText(Own + 18))) is { Record: { } record } ? record
            : throw row.Wrong(Own + 18, "is no record of a measurement");

    /// <summary>The result of a probe of a row.</summary>
    /// <exception cref="FormatException">It is none.</exception>
    public ProbeResult Probe(TableBatch row)
    {
        using var json = Json(row, Own + 11);
        return (StoredResults.Is(json.RootElement) ? StoredResults.Read(json.RootElement, _run) : null)
            ?? throw row.Wrong(Own + 11, "is no result of a probe");
    }

    /// <summary>The start and end of an interval. Without times, the end is only as far from the start as it is long.</summary>
    private static (long Start, long End) Ends(TableBatch row)
    {
        if (row.Long(Own + 6) is not { } start || start == CallRecord.NoTime)
        {
            if (row.Long(Own + 6) is null && row.Long(Own + 7) is not null) throw row.Wrong(Own + 6, "is missing");
            return (CallRecord.NoTime, CallRecord.NoTime + row.Required(Own + 8, 0));
        }
        var end = row.Required(Own + 7);
        if (end < start || end - start < 0 || row.Long(Own + 8) is { } length && length != end - start)
            throw row.Wrong(Own + 8, "is not the time from the start to the end");
        return (start, end);
    }

    private static JsonDocument Json(TableBatch row, int column)
    {
        try
        {
            return JsonDocument.Parse(row.RequiredText(column), new JsonDocumentOptions { MaxDepth = 16,
                AllowDuplicateProperties = false });
        }
        catch (JsonException)
        {
            throw row.Wrong(column, "is no JSON");
        }
    }

    /// <summary>Sets what a recording's rows tell about it.</summary>
    private void Place(TraceContext context, TableBatch row, int column, long clock)
    {
        Describe(context, row);
        var source = context.Source;
        if (source.WallOffset is null && clock != CallRecord.NoTime && row.Long(column) is { } time
            && (Int128)time - clock is var offset && offset >= long.MinValue && offset <= long.MaxValue)
            source.WallOffset = (long)offset;
    }

    /// <summary>Sets what the file tells about its recording.</summary>
    private void Describe(TraceContext context, TableBatch row)
    {
        var source = context.Source;
        source.IsOfTable = true;
        source.HostName ??= Host(row);
        if (source.Info is not null || Info(row) is not { } info) return;
        (source.Info, source.Format, source.KernelRelease) = (info, info.Format, info.KernelRelease);
        source.WallOffset ??= info.WallOffset;
    }

    /// <summary>The description of the recording, which is one for all rows of a file.</summary>
    private TraceInfo? Info(TableBatch row)
    {
        if (!_hasInfo) (_info, _hasInfo) = (part.Info(Recording(row), Host(row)), true);
        return _info;
    }

    private static KernelTask Task(TableBatch row, int column)
    {
        var (pid, tgid, comm) = (row.Int(column), row.Int(column + 1), row.Text(column + 2));
        return pid < 0 && tgid < 0 && comm is null ? KernelTask.Unknown : new KernelTask(0, pid, tgid < 0 ? null : tgid,
            comm ?? "");
    }

    private static ExecutionContext Context(TableBatch row, int column)
        => CallLimits.TryContext(row.Text(column), out var context) ? context : throw row.Wrong(column,
            "is no execution context");

    private static int? Line(TableBatch row, int column) => row.Int(column) is > 0 and var line ? line : null;
}
