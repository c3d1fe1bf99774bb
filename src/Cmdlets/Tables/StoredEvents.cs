using System.Collections;
using System.Management.Automation;
using System.Text;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Cmdlets.Latencies;
using KernelMagnifier.Model;
using KernelMagnifier.Tables;

namespace KernelMagnifier.Cmdlets.Tables;

/// <summary>
/// Makes events of their copies that come back from a file or another process. Rows are written later than they are read, so the
/// events keep their fields, text and stack.
/// </summary>
internal sealed class StoredEvents
{
    private readonly EventCopies _copies = new();
    private readonly Dictionary<EventSchema, StoredEventSchema> _schemas = new(ReferenceEqualityComparer.Instance);
    private readonly FieldsJson _json = new();

    /// <summary>Reads a copy of an event. Returns false if the object is no kernel event.</summary>
    /// <param name="input">The object.</param>
    /// <param name="item">The event; null if there are too many kinds of events.</param>
    public bool TryRead(PSObject input, out KernelEvent? item)
    {
        item = null;
        if (!_copies.TryRead(input, out var context, out var record)) return false;
        if (record.Schema is not ObjectEventSchema read) return true;
        if (!_schemas.TryGetValue(read, out var schema))
            _schemas.Add(read, schema = new StoredEventSchema(read.System, read.Name));
        var fields = Encoding.UTF8.GetString(_json.Of(ObjectFields.Of(read.Current)));
        item = new KernelEvent(context, record with
        {
            Schema = schema, Task = Task(read.Current, context, record.ProcessId),
            Body = StoredEventSchema.Body(fields, read.Message([])),
            Stack = Frames(read.Current) is { Count: > 0 } frames ? StoredEventSchema.Stack(frames) : default,
        });
        return true;
    }

    private static List<string?> Frames(InputProperties input)
        => input.Value(nameof(KernelEvent.Stack)) is IEnumerable frames and not (string or IDictionary)
            ? frames.Cast<object?>().Select(frame => (string?)$"{frame}").ToList() : [];

    private static int Task(InputProperties input, TraceContext context, int processId)
    {
        var threadGroup = (int?)input.Integer(nameof(KernelEvent.ThreadGroupId), 0, int.MaxValue);
        var comm = input.Text(nameof(KernelEvent.Comm));
        return comm is null && threadGroup is null && processId < 0 ? 0
            : DetachedCalls.Task(context, new KernelTask(0, processId, threadGroup, comm ?? "")).Id;
    }
}
