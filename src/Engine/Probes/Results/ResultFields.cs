using System.Collections.ObjectModel;

namespace KernelMagnifier.Probes.Results;

/// <summary>
/// Named values in their order. It is also an <see cref="System.Collections.IDictionary"/>, so that PowerShell finds a value
/// behind a dot. Names are compared without case; the first of several equal ones counts.
/// </summary>
internal sealed class ResultFields(IDictionary<string, object?> fields) : ReadOnlyDictionary<string, object?>(fields)
{
    /// <summary>The table of some values.</summary>
    public static ResultFields Of(IEnumerable<KeyValuePair<string, object?>> fields)
    {
        var table = new OrderedDictionary<string, object?>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, value) in fields) table.TryAdd(name, value);
        return new ResultFields(table);
    }
}
