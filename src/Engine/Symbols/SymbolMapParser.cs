using System.Buffers.Text;
using System.Globalization;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Symbols.Dwarf;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>Parses the lines of a map file; see <see cref="SymbolMapFile"/>.</summary>
/// <param name="limits">How much of the map is kept.</param>
internal sealed class SymbolMapParser(SymbolMapLimits limits)
{
    private readonly Dictionary<string, string> _paths = [];
    private readonly Dictionary<string, string> _modules = [];
    private readonly char[] _text = new char[SymbolMapFile.MaxLineLength + 1];
    private long _line, _characters;

    public List<SymbolSource> Rows { get; } = [];

    public string? Release { get; private set; }

    public string? BuildId { get; private set; }

    public ulong? TextStart { get; private set; }

    /// <summary>The number of rows beyond the limits, which are not kept.</summary>
    public long NotKept { get; private set; }

    /// <summary>The number of lines that are neither rows nor comments.</summary>
    public long Malformed { get; private set; }

    /// <summary>The number of the first such line, from 1; 0 when there is none.</summary>
    public long FirstMalformed { get; private set; }

    /// <summary>Adds a line that is longer than <see cref="SymbolMapFile.MaxLineLength"/>.</summary>
    public void AddOverlongLine()
    {
        _line++;
        AddMalformed();
    }

    /// <summary>Adds a line.</summary>
    /// <param name="line">The line without its newline.</param>
    public void AddLine(ReadOnlySpan<byte> line)
    {
        if (_line++ == 0 && line.StartsWith("\uFEFF"u8)) line = line[3..];
        if (line is [.., (byte)'\r']) line = line[..^1];
        if (line.IsEmpty) return;
        if (line[0] == '#') AddComment(line);
        else if (line.Length > SymbolMapFile.MaxLineLength || !TryAddRow(line)) AddMalformed();
    }

    private void AddComment(ReadOnlySpan<byte> line)
    {
        if (Rows.Count > 0 || line.Length > SymbolMapFile.MaxLineLength) return;
        var text = NameText.Decode(line);
        if (text.StartsWith(SymbolMapFile.Release, StringComparison.Ordinal))
            Release = text[SymbolMapFile.Release.Length..].Trim();
        if (text.StartsWith(SymbolMapFile.BuildId, StringComparison.Ordinal))
            BuildId = text[SymbolMapFile.BuildId.Length..].Trim().ToLowerInvariant();
        if (!text.StartsWith(SymbolMapFile.Text, StringComparison.Ordinal)) return;
        var address = text.AsSpan(SymbolMapFile.Text.Length).Trim();
        if (ulong.TryParse(address, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var start)) TextStart = start;
    }

    /// <summary>Adds a row. Fields after the sixth belong to future versions and are ignored.</summary>
    private bool TryAddRow(ReadOnlySpan<byte> line)
    {
        // A tab can be in a path. Other control characters are data, not text.
        if (line.IndexOfAnyInRange((byte)0, (byte)8) >= 0 || line.IndexOfAnyInRange((byte)10, (byte)31) >= 0) return false;
        var name = Next(ref line);
        var source = Next(ref line);
        var number = Next(ref line);
        var module = Next(ref line);
        var address = Next(ref line);
        var size = Next(ref line);
        // A name that begins with '#' would become a comment when the map is written.
        if (name.IsEmpty || name[0] == '#' || name.IndexOfAny((byte)' ', (byte)'\t') >= 0 || source.IsEmpty) return false;
        var isNumber = Utf8Parser.TryParse(number, out int lineNumber, out var used) && used == number.Length && lineNumber >= 0;
        if (!number.IsEmpty && !isNumber) return false;
        if (Rows.Count >= limits.Functions || _characters >= limits.Characters || _paths.Count >= limits.Files)
        {
            NotKept++;
            return true;
        }
        var file = Shared(_paths, source, SourcePath.NormalizeRelative);
        // Leading and trailing spaces would be lost when the map is written and read again.
        if (file.Length == 0 || file[0] == ' ' || file[^1] == ' ') return false;
        var moduleName = module.IsEmpty ? null : Shared(_modules, module, m => m);
        _characters += name.Length;
        Rows.Add(new SymbolSource(NameText.Decode(name), new SourceLocation(file, lineNumber), moduleName)
        {
            IsInlined = address.SequenceEqual("inlined"u8),
            // A field that is not a number belongs to a future version.
            Address = Utf8Parser.TryParse(address, out ulong start, out var digits, 'x') && digits == address.Length
                ? start : null,
            Size = Utf8Parser.TryParse(size, out uint bytes, out digits, 'x') && digits == size.Length ? bytes : 0,
        });
        return true;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> rest)
    {
        var bar = rest.IndexOf((byte)'|');
        var field = bar < 0 ? rest : rest[..bar];
        rest = bar < 0 ? default : rest[(bar + 1)..];
        return field.Trim((byte)' ');
    }

    /// <summary>One string per distinct text: a map has about ten functions per file.</summary>
    private string Shared(Dictionary<string, string> known, ReadOnlySpan<byte> bytes, Func<string, string> make)
    {
        ReadOnlySpan<char> text = NameText.IsPlain(bytes)
            ? _text.AsSpan(0, Encoding.UTF8.GetChars(bytes, _text)) : NameText.Decode(bytes).AsSpan();
        if (known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var value)) return value;
        var key = text.ToString();
        _characters += key.Length;
        return known[key] = make(key);
    }

    private void AddMalformed()
    {
        if (Malformed++ == 0) FirstMalformed = _line;
    }
}
