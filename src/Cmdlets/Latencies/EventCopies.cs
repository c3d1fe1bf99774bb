using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>Makes records of kernel events that come back from another process or a file, for each recording apart.</summary>
internal sealed class EventCopies
{
    private const int MostSchemas = 4096;

    private readonly Dictionary<string, TraceContext> _recordings = [];
    private readonly Dictionary<(string? System, string Name), ObjectEventSchema> _schemas = [];

    /// <summary>Reads a copy of an event. Returns false if the object is no kernel event.</summary>
    /// <param name="input">The object.</param>
    /// <param name="context">The recording that the copy names.</param>
    /// <param name="record">
    /// The event, until the next one is read; without a schema if there are too many kinds of events.
    /// </param>
    public bool TryRead(PSObject input, out TraceContext context, out EventRecord record)
    {
        context = null!;
        record = default;
        if (!input.TypeNames.Any(
            type => type.StartsWith("Deserialized." + typeof(KernelEvent).FullName, StringComparison.Ordinal)))
            return false;
        var properties = new InputProperties(input);
        if (properties.Text(nameof(KernelEvent.Name)) is not { } name) return false;
        context = ContextOf(properties.Recording ?? properties.Host ?? "");
        var system = properties.Text(nameof(KernelEvent.System));
        if (!_schemas.TryGetValue((system, name), out var schema))
        {
            if (_schemas.Count >= MostSchemas) return true;
            _schemas.Add((system, name), schema = new ObjectEventSchema(system, name));
        }
        schema.Current = properties;
        record = new EventRecord
        {
            Schema = schema,
            Time = properties.Scaled(nameof(KernelEvent.Timestamp), 1_000_000_000, 0, 9e9) ?? CallRecord.NoTime,
            Cpu = (int)(properties.Integer(nameof(KernelEvent.Cpu), 0, int.MaxValue) ?? -1),
            ProcessId = (int)(properties.Integer(nameof(KernelEvent.ProcessId), 0, int.MaxValue) ?? -1),
            Context = Enum.TryParse<Model.ExecutionContext>(properties.Text(nameof(KernelEvent.Context)), out var where)
                ? where : Model.ExecutionContext.Unknown,
        };
        return true;
    }

    private TraceContext ContextOf(string recording)
    {
        if (_recordings.TryGetValue(recording, out var known)) return known;
        var context = new TraceContext(new TraceSource(new TraceInfo(recording)), new CallNames());
        _recordings.Add(recording, context);
        return context;
    }
}
