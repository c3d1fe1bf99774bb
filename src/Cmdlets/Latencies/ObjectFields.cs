using System.Collections;
using System.Globalization;
using System.Management.Automation;
using KernelMagnifier.Cmdlets.Conversion;
using KernelMagnifier.Model;

namespace KernelMagnifier.Cmdlets.Latencies;

/// <summary>
/// The fields of an event that comes back from another process: a dictionary, or an object with a property for each. Their values
/// are untrusted.
/// </summary>
internal static class ObjectFields
{
    /// <summary>The fields, in the order of the format file as far as the object tells it.</summary>
    public static IReadOnlyList<EventField> Of(InputProperties input)
    {
        var fields = All(input).ToList();
        if (fields.Count < 2) return fields;
        // A dictionary that was stored has no order, but the properties of the object have it. A field whose name an own property
        // has is not among them; the text of the event tells where most of these are.
        var order = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var property in ((PSObject)input.Input).Properties) order.TryAdd(property.Name, order.Count);
        var text = input.Value(nameof(KernelEvent.Message)) as string ?? "";
        var listed = fields.Where(field => order.ContainsKey(field.Name)).OrderBy(field => order[field.Name]).ToList();
        foreach (var field in fields.Where(field => !order.ContainsKey(field.Name)).OrderBy(field => Place(text, field.Name)))
        {
            var place = Place(text, field.Name);
            var next = listed.FindIndex(other => Place(text, other.Name) is var at && at > place && at < int.MaxValue);
            listed.Insert(next < 0 ? listed.Count : next, field);
        }
        return listed;
    }

    /// <summary>The value of a field. Returns false if the object has no such field.</summary>
    public static bool TryValue(InputProperties input, string name, out object? value)
    {
        foreach (var field in All(input))
        {
            if (field.Name != name) continue;
            value = field.Value;
            return true;
        }
        value = null;
        return false;
    }

    private static IEnumerable<EventField> All(InputProperties input)
    {
        // Unlike the value, the property still has the properties of a deserialized object.
        var fields = ((PSObject)input.Input).Properties[nameof(KernelEvent.Fields)]?.Value;
        switch (fields is PSObject wrapped ? wrapped.BaseObject : fields)
        {
            case IDictionary dictionary:
                foreach (DictionaryEntry entry in dictionary)
                    if (Unwrapped(entry.Key) is string name)
                        yield return new EventField(name, Plain(entry.Value), null);
                break;
            case PSCustomObject:
                foreach (var property in ((PSObject)fields!).Properties)
                    yield return new EventField(property.Name, Plain(property.Value), null);
                break;
        }
    }

    /// <summary>A value as events have it: a number, a text, or an array of them.</summary>
    private static object? Plain(object? value) => Unwrapped(value) switch
    {
        byte[] bytes => bytes,
        IEnumerable several and not (string or IDictionary) => several.Cast<object?>().Select(Simple).ToArray(),
        var one => Simple(one),
    };

    private static object? Simple(object? value) => Unwrapped(value) switch
    {
        null => null,
        (string or bool or sbyte or byte or short or ushort or int or uint or long or ulong or double) and var known => known,
        var other => Convert.ToString(other, CultureInfo.InvariantCulture),
    };

    private static object? Unwrapped(object? value) => value is PSObject { BaseObject: not PSCustomObject } wrapped
        ? wrapped.BaseObject : value;

    /// <summary>Where a text has <c>name=</c>; the largest number if nowhere.</summary>
    private static int Place(string text, string name)
    {
        if (name.Length == 0) return int.MaxValue;
        for (var at = 0; (at = text.IndexOf(name, at, StringComparison.Ordinal)) >= 0; at++)
            if ((at == 0 || !char.IsAsciiLetterOrDigit(text[at - 1]) && text[at - 1] != '_')
                && at + name.Length < text.Length && text[at + name.Length] == '=')
                return at;
        return int.MaxValue;
    }
}
