using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>Pairs kernel events from the pipeline, live or deserialized, in their order, for each recording apart.</summary>
/// <param name="makeSink">Makes the sink for the intervals of a recording.</param>
internal sealed class EventInput(Func<IntervalSink> makeSink)
{
    private const int MostSchemas = 4096;

    private readonly Dictionary<TraceContext, IntervalBuilder> _live = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<string, (IntervalBuilder Builder, TraceInfo Info)> _copies = [];
    private readonly Dictionary<(string? System, string Name), ObjectEventSchema> _schemas = [];

    /// <summary>The recordings of live events that have lost events.</summary>
    public IEnumerable<TraceInfo> Lossy
        => _live.Keys.Select(context => context.Source.Info).OfType<TraceInfo>().Where(info => info.LostEvents > 0);

    /// <summary>Takes an event.</summary>
    public void Add(KernelEvent input)
    {
        if (!_live.TryGetValue(input.Origin, out var builder))
        {
            builder = new IntervalBuilder(makeSink());
            builder.Begin(input.Origin);
            _live.Add(input.Origin, builder);
        }
        var record = input.Record;
        if (builder.Wants(record.Schema)) builder.Accept(in record);
    }

    /// <summary>Takes a copy of an event. Returns false if the object is no kernel event.</summary>
    public bool TryAdd(PSObject input)
    {
        if (!input.TypeNames.Any(type => type.StartsWith("Deserialized." + typeof(KernelEvent).FullName, StringComparison.Ordinal)))
            return false;
        var properties = new InputProperties(input);
        if (properties.Text(nameof(KernelEvent.Name)) is not { } name) return false;
        var builder = BuilderOf(properties.Text(nameof(KernelEvent.Recording)) ?? "");
        var system = properties.Text(nameof(KernelEvent.System));
        if (!_schemas.TryGetValue((system, name), out var schema))
        {
            if (_schemas.Count >= MostSchemas) return true;
            _schemas.Add((system, name), schema = new ObjectEventSchema(system, name));
        }
        schema.Current = properties;
        if (!builder.Wants(schema)) return true;
        var record = new EventRecord
        {
            Schema = schema,
            Time = properties.Scaled(nameof(KernelEvent.Timestamp), 1_000_000_000, 0, 9e9) ?? CallRecord.NoTime,
            Cpu = (int)(properties.Integer(nameof(KernelEvent.Cpu), 0, int.MaxValue) ?? -1),
            ProcessId = (int)(properties.Integer(nameof(KernelEvent.ProcessId), 0, int.MaxValue) ?? -1),
            Context = Enum.TryParse<Model.ExecutionContext>(properties.Text(nameof(KernelEvent.Context)), out var context)
                ? context : Model.ExecutionContext.Unknown,
        };
        builder.Accept(in record);
        return true;
    }

    /// <summary>Ends the input.</summary>
    public void Complete()
    {
        foreach (var (context, builder) in _live)
            builder.End(context.Source.Info ?? new TraceInfo(context.Source.Path) { Unit = context.Source.ClockUnit });
        foreach (var (builder, info) in _copies.Values) builder.End(info);
    }

    private IntervalBuilder BuilderOf(string recording)
    {
        if (_copies.TryGetValue(recording, out var known)) return known.Builder;
        var info = new TraceInfo(recording);
        var builder = new IntervalBuilder(makeSink());
        builder.Begin(new TraceContext(new TraceSource(info), new CallNames()));
        _copies.Add(recording, (builder, info));
        return builder;
    }
}
