using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Numerics;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cmdlets.Conversion;

/// <summary>
/// The properties of an object that was not made by this module: one that was deserialized, selected, parsed or written as a
/// hashtable. Names are found whatever their case. Values are untrusted. Texts of numbers are in the invariant culture,
/// or in the current one, in which Export-Csv writes them; neither with separators of thousands.
/// </summary>
internal sealed class InputProperties
{
    private readonly PSObject _object;
    private readonly IDictionary? _keys;

    /// <summary>Gives access to the properties of an object, or to the keys of a dictionary.</summary>
    public InputProperties(object input)
    {
        _object = PSObject.AsPSObject(input);
        _keys = _object.BaseObject as IDictionary;
    }

    /// <summary>The object.</summary>
    public object Input => _object;

    /// <summary>The names of its types. Deserialized and selected objects keep the original ones after a prefix.</summary>
    public IEnumerable<string> TypeNames => _object.TypeNames;

    /// <summary>
    /// The other host that the object comes from; null if it comes from this one. PowerShell adds its name to what a remote session
    /// returns, and <c>localhost</c> to what a job returns.
    /// </summary>
    public string? Host
        => Text("PSComputerName") is { } name && !name.Equals("localhost", StringComparison.OrdinalIgnoreCase) ? name : null;

    /// <summary>
    /// The recording of the object, as HOST:PATH if it is on another host; null for none. Recordings of several hosts often have the
    /// same path, and are not the same recording.
    /// </summary>
    public string? Recording => Text(nameof(Recording)) is not { } path ? null : Host is { } host ? $"{host}:{path}" : path;

    /// <summary>Whether there is a property, with or without a value.</summary>
    public bool Has(string name) => Find(name, out _, out _);

    /// <summary>A text; null for none and for an empty one.</summary>
    public string? Text(string name)
    {
        if (!Find(name, out var spelling, out var value) || value is null) return null;
        var text = value switch
        {
            string known => known,
            char or bool or IFormattable => Convert.ToString(value, CultureInfo.InvariantCulture)!,
            _ => throw new InputException(name, value, "a text"),
        };
        // The command line writes CSV that no spreadsheet runs. Its columns begin with a lower-case letter.
        if (value is string && char.IsAsciiLetterLower(spelling[0])) text = CsvText.TextOf(text);
        return text.Length == 0 ? null : text;
    }

    /// <summary>An integer; null for none.</summary>
    public long? Integer(string name, long least, long most)
    {
        if (Number(name) is not { } number) return null;
        return number == Math.Truncate(number) && number >= least && number <= most ? (long)number
            : throw new InputException(name, Value(name), $"an integer from {Shown(least)} to {Shown(most)}");
    }

    /// <summary>A number with decimals as an integer of a smaller unit; null for none.</summary>
    /// <param name="name">The property.</param>
    /// <param name="factor">The number of small units in the unit of the property.</param>
    /// <param name="least">The least value, in the unit of the property.</param>
    /// <param name="most">The largest value, in the unit of the property.</param>
    public long? Scaled(string name, long factor, double least, double most)
    {
        if (Value(name) is not { } value) return null;
        // A binary number has more digits than the conversion to decimal keeps.
        if (value is double or float && Convert.ToDouble(value, CultureInfo.InvariantCulture) is var binary)
        {
            return binary >= least && binary <= most ? (long)Math.Round(binary * factor)
                : throw new InputException(name, value, Range(least, most));
        }
        if (Number(name) is not { } number) return null;
        return (double)number >= least && (double)number <= most ? (long)Math.Round(number * factor)
            : throw new InputException(name, value, Range(least, most));
    }

    /// <summary>A number as its nearest binary one, to decide on its size; null for none.</summary>
    public double? Real(string name)
        => Value(name) is (double or float) and var binary ? Convert.ToDouble(binary, CultureInfo.InvariantCulture)
            : (double?)Number(name);

    /// <summary>A time; null for none. A copy of a time has its parts as properties.</summary>
    public DateTimeOffset? Time(string name)
    {
        if (Value(name) is not { } value) return null;
        if (value is DateTimeOffset time) return time;
        // The wrapper has the parts.
        var parts = _keys is null ? _object.Properties[name]?.Value as PSObject : null;
        if (parts?.Properties["UtcDateTime"]?.Value is { } utc && (utc is PSObject wrapped ? wrapped.BaseObject : utc) is DateTime part)
            return new DateTimeOffset(part.Ticks, TimeSpan.Zero);
        return DateTimeOffset.TryParse($"{parts ?? value}", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)
            ? read : throw new InputException(name, value, "a time");
    }

    /// <summary>The value of a property without the wrapper of PowerShell; null for none.</summary>
    public object? Value(string name) => Find(name, out _, out var value) ? value : null;

    private decimal? Number(string name)
    {
        switch (Value(name))
        {
            case null or "":
                return null;
            case string text when decimal.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var parsed)
                || decimal.TryParse(text, NumberStyles.Float, CultureInfo.CurrentCulture, out parsed):
                return parsed;
            case (double or float or decimal or sbyte or byte or short or ushort or int or uint or long or ulong or BigInteger)
                and var number:
                try
                {
                    return number is BigInteger large ? (decimal)large : Convert.ToDecimal(number, CultureInfo.InvariantCulture);
                }
                catch (OverflowException)
                {
                    throw new InputException(name, number, "a smaller number");
                }
            case var other:
                throw new InputException(name, other, "a number");
        }
    }

    private bool Find(string name, out string spelling, out object? value)
    {
        (spelling, value) = (name, null);
        if (_keys is not null)
        {
            foreach (DictionaryEntry entry in _keys)
            {
                if (entry.Key is not string key || !key.Equals(name, StringComparison.OrdinalIgnoreCase)) continue;
                (spelling, value) = (key, Unwrapped(entry.Value));
                return true;
            }
            return false;
        }
        if (_object.Properties[name] is not { } property) return false;
        try
        {
            (spelling, value) = (property.Name, Unwrapped(property.Value));
        }
        catch (GetValueException error)
        {
            throw new InputException(name, error.Message, "a value");
        }
        return true;
    }

    private static object? Unwrapped(object? value) => value is PSObject wrapped ? wrapped.BaseObject : value;

    private static string Shown(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Range(double least, double most)
        => string.Create(CultureInfo.InvariantCulture, $"a number from {least} to {most}");
}
