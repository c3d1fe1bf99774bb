using System.Globalization;
using System.Text.Json;

namespace KernelMagnifier.Logs;

/// <summary>
/// The members of an object of an untrusted record. Members that nobody asks for are ignored. All errors are a
/// <see cref="FormatException"/> whose message is a sentence that names the member.
/// </summary>
/// <param name="element">The value.</param>
/// <param name="where">What it is, for errors.</param>
internal readonly struct JsonFields(JsonElement element, string where)
{
    /// <summary>The names and values of all members.</summary>
    /// <exception cref="FormatException">It is no object.</exception>
    public JsonElement.ObjectEnumerator Members => Checked().EnumerateObject();

    /// <summary>Whether a member is there.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>A text that must be there.</summary>
    public string Text(string name) => OptionalText(name) ?? throw Missing(name);

    /// <summary>A text; null if it is missing.</summary>
    public string? OptionalText(string name)
        => Find(name) is { } value ? TextOf(value, name) : null;

    /// <summary>A text that must be one of some; null if it is missing.</summary>
    public string? OptionalChoice(string name, IReadOnlyList<string> choices)
        => OptionalText(name) is not { } text ? null
            : choices.Contains(text) ? text : throw Wrong(name, $"is none of {string.Join(", ", choices)}.");

    /// <summary>A text that must be there and one of some.</summary>
    public string Choice(string name, IReadOnlyList<string> choices) => OptionalChoice(name, choices) ?? throw Missing(name);

    /// <summary>A whole number that must be there.</summary>
    public long Whole(string name, long least = 0, long most = long.MaxValue)
        => OptionalWhole(name, least, most) ?? throw Missing(name);

    /// <summary>A whole number; null if it is missing.</summary>
    public long? OptionalWhole(string name, long least = 0, long most = long.MaxValue)
        => Find(name) is { } value ? WholeOf(value, name, least, most) : null;

    /// <summary>The number of an element of a list.</summary>
    public long WholeOf(JsonElement value, string name, long least, long most)
        => value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var number)
            ? throw Wrong(name, "is no whole number of 64 bits.")
            : number >= least && number <= most ? number
                : throw Wrong(
                    name, string.Create(CultureInfo.InvariantCulture, $"is {number}, which is not from {least} to {most}."));

    /// <summary>A number that must be there, and is not less than another.</summary>
    public double Real(string name, double least) => Real(name) is var number && number >= least ? number
        : throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"is {number}, which is less than {least}."));

    /// <summary>A number that must be there.</summary>
    public double Real(string name) => Find(name) is not { } value ? throw Missing(name)
        : value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var number) && double.IsFinite(number) ? number
            : throw Wrong(name, "is no number.");

    /// <summary>True or false; false if it is missing.</summary>
    public bool Flag(string name) => Find(name) is { } value && value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw Wrong(name, "is neither true nor false."),
    };

    /// <summary>A span of time in nanoseconds; null if it is missing.</summary>
    public TimeSpan? OptionalSpan(string name)
        => OptionalWhole(name) is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / TimeSpan.NanosecondsPerTick) : null;

    /// <summary>A UUID in its usual form; null if it is missing.</summary>
    public Guid? OptionalId(string name) => OptionalText(name) is not { } text ? null
        : text.Length == 36 && Guid.TryParseExact(text, "D", out var id)
            && id.ToString("D").Equals(text, StringComparison.OrdinalIgnoreCase) ? id : throw Wrong(name, "is no UUID.");

    /// <summary>A time in UTC that must be there.</summary>
    public DateTimeOffset Time(string name)
        => DateTimeOffset.TryParseExact(Text(name), MeasurementJson.TimeFormat, CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out var time) ? time
            : throw Wrong(name, "is no time such as 2027-01-31T12:00:00.0000000Z.");

    /// <summary>An object; null if it is missing.</summary>
    public JsonFields? OptionalObject(string name) => Find(name) is { } value ? Object(value, name) : null;

    /// <summary>The elements of a list; none if it is missing.</summary>
    public JsonElement.ArrayEnumerator Items(string name)
        => Find(name) is not { } value ? default
            : value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : throw Wrong(name, "is no list.");

    /// <summary>The objects of a list; none if it is missing.</summary>
    public IEnumerable<JsonFields> Objects(string name)
    {
        var fields = this;
        return Items(name).Select(item => fields.Object(item, name));
    }

    /// <summary>The texts of a list; none if it is missing.</summary>
    public IReadOnlyList<string> Texts(string name)
    {
        var fields = this;
        // An array, because PowerShell cannot index other read-only lists.
        return Items(name).Select(item => fields.TextOf(item, name)).ToArray();
    }

    /// <summary>The texts of an object by their names; none if it is missing.</summary>
    public IReadOnlyDictionary<string, string> Table(string name)
    {
        var table = new Dictionary<string, string>();
        if (OptionalObject(name) is { } of)
            foreach (var member in of.Members) table[member.Name] = of.TextOf(member.Value, member.Name);
        return table;
    }

    /// <summary>The numbers of an object by their names; null if it is missing.</summary>
    public Dictionary<string, long>? OptionalCounts(string name)
    {
        if (OptionalObject(name) is not { } of) return null;
        var counts = new Dictionary<string, long>();
        foreach (var member in of.Members) counts[member.Name] = of.WholeOf(member.Value, member.Name, 0, long.MaxValue);
        return counts;
    }

    /// <summary>The error for a member.</summary>
    public FormatException Wrong(string name, string cause) => new($"'{name}' of {where} {cause}");

    private FormatException Missing(string name) => new($"{where} has no '{name}'.");

    private JsonFields Object(JsonElement value, string name)
        => value.ValueKind == JsonValueKind.Object ? new JsonFields(value, $"'{name}'") : throw Wrong(name, "is no object.");

    private string TextOf(JsonElement value, string name)
        => value.ValueKind == JsonValueKind.String ? value.GetString()! : throw Wrong(name, "is no text.");

    private JsonElement? Find(string name) => Checked().TryGetProperty(name, out var value) ? value : null;

    private JsonElement Checked()
        => element.ValueKind == JsonValueKind.Object ? element : throw new FormatException($"{where} is no object.");
}
