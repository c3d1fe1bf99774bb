using System.Globalization;
using System.Text;

namespace KernelMagnifier.Schedules;

/// <summary>The text of a unit of systemd. Values are escaped.</summary>
internal sealed class UnitText
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins a section.</summary>
    public UnitText Section(string name)
    {
        if (_text.Length > 0) _text.Append('\n');
        _text.Append(CultureInfo.InvariantCulture, $"[{name}]\n");
        return this;
    }

    /// <summary>Adds a comment.</summary>
    public UnitText Comment(string text)
    {
        _text.Append(CultureInfo.InvariantCulture, $"# {text}\n");
        return this;
    }

    /// <summary>Adds a setting whose value has no character with a meaning to systemd.</summary>
    public UnitText Set(string name, string value)
    {
        _text.Append(CultureInfo.InvariantCulture, $"{name}={value}\n");
        return this;
    }

    /// <summary>Adds a setting that is a time.</summary>
    public UnitText Set(string name, TimeSpan value)
        => Set(name, string.Create(CultureInfo.InvariantCulture, $"{Math.Ceiling(value.TotalSeconds)}s"));

    /// <summary>Adds a path to a setting that is a list of them.</summary>
    public UnitText Path(string name, string path) => Set(name, Quote(path));

    /// <summary>A word as systemd.syntax(7) and systemd.unit(5) want it: quoted, without specifiers.</summary>
    /// <param name="text">The text, without control characters.</param>
    public static string Quote(string text)
        => $"\"{text.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
            .Replace("%", "%%", StringComparison.Ordinal)}\"";

    /// <inheritdoc/>
    public override string ToString() => _text.ToString();
}
