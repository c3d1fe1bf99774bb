using KernelMagnifier.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.Formats;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The schemas of a recording's events by id. Each is parsed when its id is first met. For all threads of a reading.
/// </summary>
internal sealed class DatEventSchemas(DatMetadata metadata) : IEventEnvironment
{
    private readonly EventSchema?[] _schemas = new EventSchema?[metadata.Events.Count];

    /// <inheritdoc/>
    public int LongSize => metadata.Header.LongSize;

    /// <inheritdoc/>
    public bool IsBigEndian => metadata.Header.BigEndian;

    /// <summary>The schema of an event id; null if the recording has no format of it.</summary>
    public EventSchema? this[int id]
    {
        get
        {
            if ((uint)id >= (uint)_schemas.Length) return null;
            return Volatile.Read(ref _schemas[id]) ?? Parse(id);
        }
    }

    /// <inheritdoc/>
    public bool TryFindSymbol(ulong address, out string name, out string? module, out ulong offset)
    {
        (name, module, offset) = ("", null, 0);
        var symbol = metadata.Symbols.Find(address);
        if (symbol < 0) return false;
        (name, module, var start) = metadata.Symbols[symbol];
        offset = address - start;
        return true;
    }

    /// <inheritdoc/>
    public ulong? AddressOf(string name) => metadata.Symbols.AddressOf(NameText.Encode(name));

    /// <inheritdoc/>
    public string? TextAt(ulong address) => metadata.Texts[address];

    private EventSchema? Parse(int id)
    {
        if (metadata.Events.Name(id) is not { } name) return null;
        var (system, format) = metadata.Events.Format(id);
        var schema = BinaryEventSchema.Parse(system, name, format, this);
        return Interlocked.CompareExchange(ref _schemas[id], schema, null) ?? schema;
    }
}
