using System.Collections.ObjectModel;

namespace KernelMagnifier.Model;

/// <summary>
/// The fields of a kernel event by name, in the order of its format file. It is also an
/// <see cref="System.Collections.IDictionary"/>, so that PowerShell finds a field behind a dot. Names are compared without case,
/// unless two fields differ only in case.
/// </summary>
internal sealed class EventFieldTable(IDictionary<string, object?> fields) : ReadOnlyDictionary<string, object?>(fields)
{
    /// <summary>Returns the table of some fields; the first of several with the same name counts.</summary>
    public static EventFieldTable Of(IReadOnlyList<EventField> decoded)
    {
        var fields = new Dictionary<string, object?>(decoded.Count, StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value, _) in decoded)
            if (!fields.TryAdd(name, value))
                return Exact(decoded);
        return new EventFieldTable(fields);
    }

    private static EventFieldTable Exact(IReadOnlyList<EventField> decoded)
    {
        var fields = new Dictionary<string, object?>(decoded.Count, StringComparer.Ordinal);
        foreach (var (name, value, _) in decoded) fields.TryAdd(name, value);
        return new EventFieldTable(fields);
    }
}
