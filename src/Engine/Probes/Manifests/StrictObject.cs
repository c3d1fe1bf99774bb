using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KernelMagnifier.Probes.Manifests;

/// <summary>
/// An object of an untrusted JSON file. Each property that it may have is asked for; <see cref="End"/> refuses the others. All errors
/// are a <see cref="FormatException"/> whose message begins with the property.
/// </summary>
internal sealed class StrictObject
{
    private readonly Dictionary<string, JsonElement> _properties = [];
    private readonly HashSet<string> _asked = [];
    private readonly string _where;

    /// <summary>Takes an object.</summary>
    /// <param name="element">The object.</param>
    /// <param name="where">Its place in the file, such as <c>limits</c>; empty for the whole.</param>
    public StrictObject(JsonElement element, string where)
    {
        _where = where;
        if (element.ValueKind != JsonValueKind.Object) throw new FormatException($"{Place()}: an object is expected.");
        foreach (var property in element.EnumerateObject())
            if (!_properties.TryAdd(property.Name, property.Value))
                throw new FormatException($"{Place(property.Name)}: the property is there twice.");
    }

    /// <summary>The place of a property in the file.</summary>
    public string Place(string? name = null)
        => name is null ? _where.Length == 0 ? "the file" : _where : _where.Length == 0 ? name : $"{_where}.{name}";

    /// <summary>Whether the object has a property. A null is refused where it is read, as it is no value of any type.</summary>
    public bool Has(string name)
    {
        _asked.Add(name);
        return _properties.ContainsKey(name);
    }

    /// <summary>Refuses the properties that were not asked for.</summary>
    public void End()
    {
        foreach (var name in _properties.Keys)
            if (!_asked.Contains(name)) throw new FormatException($"{Place(name)}: there is no such property.");
    }

    /// <summary>The error for a value.</summary>
    public FormatException Wrong(string name, string cause) => new($"{Place(name)}: {cause}");

    /// <summary>A text that must be there.</summary>
    /// <param name="name">The property.</param>
    /// <param name="most">The most characters.</param>
    /// <param name="hasLines">Whether it may have several lines.</param>
    /// <param name="form">What it must match; null for any text.</param>
    /// <param name="isEmpty">Whether it may be empty.</param>
    public string Text(string name, int most, bool hasLines = false, Regex? form = null, bool isEmpty = false)
        => TextOf(Get(name), name, most, hasLines, form, isEmpty);

    /// <summary>A text that may be missing.</summary>
    public string? OptionalText(string name, int most, bool hasLines = false, Regex? form = null)
        => Has(name) ? Text(name, most, hasLines, form) : null;

    /// <summary>A whole number that must be there.</summary>
    public long Integer(string name, long least, long most)
        => Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt64(out var number)
            ? number >= least && number <= most ? number
                : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"{number} is not from {least} to {most}."))
            : throw Wrong(name, "a whole number is expected.");

    /// <summary>A whole number, or what it is if it is missing.</summary>
    public long Integer(string name, long least, long most, long missing) => Has(name) ? Integer(name, least, most) : missing;

    /// <summary>A number, or what it is if it is missing.</summary>
    public double Number(string name, double least, double most, double missing)
        => !Has(name) ? missing
            : Get(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number)
                ? number >= least && number <= most ? number
                    : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"{number} is not from {least} to {most}."))
                : throw Wrong(name, "a number is expected.");

    /// <summary>True or false, or what it is if it is missing.</summary>
    public bool Flag(string name, bool missing)
        => !Has(name) ? missing : Get(name).ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false is expected."),
        };

    /// <summary>A name of a list that must be there.</summary>
    public T Choice<T>(string name) where T : struct, Enum
        => Text(name, 64) is var text && ParseChoice<T>(text) is { } value ? value
            : throw Wrong(name, $"this is none of {string.Join(", ", Enum.GetNames<T>())}.");

    /// <summary>A day; null if it is missing.</summary>
    public DateOnly? OptionalDay(string name) => Has(name) ? Day(name) : null;

    /// <summary>A day that must be there.</summary>
    public DateOnly Day(string name)
        => DateOnly.TryParseExact(Text(name, 10), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            ? day : throw Wrong(name, "a day is expected, such as 2027-01-31.");

    /// <summary>A time in UTC that must be there.</summary>
    public DateTimeOffset Time(string name)
        => DateTimeOffset.TryParseExact(Text(name, 20), "yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time) ? time
                : throw Wrong(name, "a time is expected, such as 2027-01-31T12:00:00Z.");

    /// <summary>An object; null if it is missing.</summary>
    public StrictObject? OptionalObject(string name) => Has(name) ? new StrictObject(Get(name), Place(name)) : null;

    /// <summary>The names and values of an object that a file chooses; none if it is missing.</summary>
    public IEnumerable<string> Keys => _properties.Keys;

    /// <summary>The objects of a list; none if it is missing.</summary>
    public IReadOnlyList<StrictObject> Objects(string name, int most)
        => [.. Items(name, most).Select((item, i) => new StrictObject(item, Item(name, i)))];

    /// <summary>The texts of a list; none if it is missing.</summary>
    public IReadOnlyList<string> Texts(string name, int most, int longest, Regex? form = null)
        => [.. Items(name, most).Select((item, i)
            => TextOf(item, string.Create(CultureInfo.InvariantCulture, $"{name}[{i}]"), longest, false, form, false))];

    /// <summary>The value of a property that must be there.</summary>
    public JsonElement Get(string name)
        => Has(name) ? _properties[name] : throw Wrong(name, "the property is missing.");

    /// <summary>The value of a name; null if there is none of that spelling.</summary>
    public static T? ParseChoice<T>(string text) where T : struct, Enum
        => Enum.TryParse<T>(text, out var value) && Enum.GetName(value) == text ? value : null;

    private string Item(string name, int index) => string.Create(CultureInfo.InvariantCulture, $"{Place(name)}[{index}]");

    private JsonElement.ArrayEnumerator Items(string name, int most)
    {
        if (!Has(name)) return default;
        if (Get(name) is not { ValueKind: JsonValueKind.Array } list) throw Wrong(name, "a list is expected.");
        return list.GetArrayLength() <= most ? list.EnumerateArray()
            : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"more than {most} values."));
    }

    private string TextOf(JsonElement value, string name, int most, bool hasLines, Regex? form, bool isEmpty)
    {
        if (value.ValueKind != JsonValueKind.String) throw Wrong(name, "a text is expected.");
        var text = value.GetString()!;
        if (text.Length == 0 && !isEmpty) throw Wrong(name, "the text is empty.");
        if (ProbeText.Length(text) > most)
            throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"the text has more than {most} characters."));
        if (ProbeText.HasControl(text, hasLines)) throw Wrong(name, "the text has a control character.");
        return form is null || form.IsMatch(text) ? text : throw Wrong(name, "the text is not of the form that is expected.");
    }
}
