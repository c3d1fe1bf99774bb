using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Probes.Results;

/// <summary>A declared line with its format, ready to match.</summary>
internal sealed class LineSchema
{
    private readonly OutputLine _line;
    private readonly LineFormat _format;
    private readonly LineElement[] _conversions;

    private LineSchema(OutputLine line, LineFormat format)
        => (_line, _format, _conversions) = (line, format, [.. format.Conversions]);

    /// <summary>The name of the line.</summary>
    public string Name => _line.Name;

    /// <summary>The schema of a declared line; null if the format does not have a conversion for each field.</summary>
    public static LineSchema? Of(OutputLine line)
        => LineFormat.Parse(line.Format) is { } format && format.Values == line.Fields.Count ? new LineSchema(line, format)
            : null;

    /// <summary>The texts of the values in a line; null if the line is not of this schema, or can be divided in several
    /// ways.</summary>
    public string[]? Match(string text, out bool isAmbiguous) => _format.Match(text, out isAmbiguous);

    /// <summary>The values by the names of the fields.</summary>
    public ResultFields Fields(string[] values)
        => ResultFields.Of(_line.Fields.Select((field, i)
            => KeyValuePair.Create(field.Name, Value(field, _conversions[i], values[i]))));

    /// <summary>The unit of the only number; null if there are several or none.</summary>
    public string? Unit => _line.Fields.Where(one => one.Unit is not null).ToList() is [var only] ? only.Unit : null;

    /// <summary>The frames of the first stack in the values; null if there is none.</summary>
    public string[]? Frames(string[] values)
    {
        for (var i = 0; i < values.Length; i++)
            if (_line.Fields[i].Type is "kstack" or "ustack" && StackText.Frames(values[i]) is { } frames)
                return frames;
        return null;
    }

    private static object? Value(OutputValue field, LineElement conversion, string text) => field.Type switch
    {
        "integer" when conversion.Conversion is 'x' or 'X' or 'p'
            => OutputNumbers.Parse(text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? $"0x{text[2..]}" : $"0x{text}")
                ?? text,
        "integer" => OutputNumbers.Parse(text.AsSpan().TrimStart("+ ")) ?? text,
        "kstack" or "ustack" => StackText.Frames(text) is { } frames ? StackText.Functions(frames) : text,
        _ => text,
    };
}
