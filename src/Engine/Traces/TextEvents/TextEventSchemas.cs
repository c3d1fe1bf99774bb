using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Traces.TextEvents;

/// <summary>
/// The kinds of events of a reading, for all threads, and whether the sink wants them. It is asked once for each.
/// </summary>
internal sealed class TextEventSchemas(EventSink sink)
{
    /// <summary>
    /// Most kinds: the names come from the recording. Events of further kinds share one without a name of its own.
    /// </summary>
    private const int MostKinds = 4096;

    private const int LongestName = 200;
    private const string OthersName = "(more kinds)";

    private static ReadOnlySpan<byte> Vectors => "irq_vectors:"u8;

    private readonly ByteInterner _ids = new();
    private readonly (TextEventSchema Schema, bool IsWanted)[] _kinds = new (TextEventSchema, bool)[MostKinds + 1];
    private int _count;
    private long _others;

    /// <summary>The schema of an id.</summary>
    public EventSchema this[int id] => _kinds[id].Schema;

    /// <summary>The name of an id.</summary>
    public string NameOf(int id) => _kinds[id].Schema.Name;

    /// <summary>Whether the sink wants the events of an id.</summary>
    public bool IsWanted(int id) => _kinds[id].IsWanted;

    /// <summary>The id of an event.</summary>
    /// <param name="name">Its name, or <c>system:name</c>.</param>
    /// <param name="hasSystem">Whether the name has a system.</param>
    /// <param name="message">Its message, by which the entries and exits of interrupt vectors are recognized.</param>
    public int Id(ReadOnlySpan<byte> name, bool hasSystem, ReadOnlySpan<byte> message)
    {
        if (name.Length > LongestName) name = name[..LongestName];
        if (hasSystem || !message.StartsWith("vector="u8)) return IdOf(name, hasSystem);
        Span<byte> vector = stackalloc byte[Vectors.Length + LongestName];
        Vectors.CopyTo(vector);
        name.CopyTo(vector[Vectors.Length..]);
        return IdOf(vector[..(Vectors.Length + name.Length)], true);
    }

    /// <summary>The id of an event whose name is in two parts.</summary>
    public int Id(string prefix, ReadOnlySpan<byte> name, ReadOnlySpan<byte> message)
    {
        if (prefix.Length == 0) return Id(name, false, message);
        name = name[..Math.Min(name.Length, LongestName)];
        Span<byte> whole = stackalloc byte[prefix.Length + name.Length];
        name.CopyTo(whole[Encoding.ASCII.GetBytes(prefix, whole)..]);
        return Id(whole, false, default);
    }

    /// <summary>Says in the description of the recording if it has more kinds of events than are kept apart.</summary>
    public void Describe(TraceInfoBuilder info)
    {
        if (_others > 0)
            info.Warn(string.Create(CultureInfo.InvariantCulture, $"the recording has more than {MostKinds - 1:N0} kinds of events, as no "
                + $"kernel has; {_others:N0} events of further kinds have the name {OthersName} and can be selected only by it"));
    }

    private int IdOf(ReadOnlySpan<byte> key, bool hasSystem)
    {
        var id = _ids.Find(key);
        if (id != 0) return id;
        id = _ids.Count < MostKinds - 1 ? _ids.GetOrAdd(key, bytes => Add(bytes, hasSystem)) : Other();
        if (id == MostKinds) Interlocked.Increment(ref _others);
        return id;
    }

    private int Other()
    {
        lock (sink)
        {
            if (_kinds[MostKinds].Schema is null) Set(MostKinds, new TextEventSchema(null, OthersName));
            return MostKinds;
        }
    }

    private int Add(byte[] key, bool hasSystem)
    {
        var colon = hasSystem ? key.AsSpan().IndexOf((byte)':') : -1;
        var name = NameText.Decode(key.AsSpan(colon + 1));
        var schema = new TextEventSchema(colon > 0 ? NameText.Decode(key.AsSpan(0, colon)) : EventSystems.Of(name), name);
        lock (sink)
        {
            if (_count == MostKinds - 1) return Other();
            Set(++_count, schema);
            return _count;
        }
    }

    private void Set(int id, TextEventSchema schema) => _kinds[id] = (schema, sink.Wants(schema));
}
