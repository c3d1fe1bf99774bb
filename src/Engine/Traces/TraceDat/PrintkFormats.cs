using System.Buffers.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The constant texts of the recorded kernel that events refer to by address: its <c>printk_formats</c>, lines of
/// <c>0xADDRESS : "text"</c>.
/// </summary>
internal sealed class PrintkFormats
{
    /// <summary>No texts.</summary>
    public static readonly PrintkFormats None = new([]);

    private readonly byte[] _text;
    private readonly NumberTable<Range> _ranges = new();

    /// <summary>Parses the file. The texts are not copied.</summary>
    public PrintkFormats(byte[] text)
    {
        _text = text;
        for (int at = 0, end; at < text.Length; at = end + 1)
        {
            var length = text.AsSpan(at).IndexOf((byte)'\n');
            end = length < 0 ? text.Length : at + length;
            var line = text.AsSpan(at, end - at);
            if (!line.StartsWith("0x"u8) || !Utf8Parser.TryParse(line[2..], out ulong address, out var digits, 'x')) continue;
            var colon = line.IndexOf(" : "u8);
            if (colon != digits + 2) continue;
            _ranges.Set(address, Inner(line, at, colon + 3));
        }
    }

    /// <summary>The number of texts.</summary>
    public int Count => _ranges.Count;

    /// <summary>The text at an address, with C's escape sequences; null if there is none.</summary>
    public string? this[ulong address] => _ranges.TryGetValue(address, out var range) ? NameText.Decode(_text.AsSpan(range)) : null;

    /// <summary>The text of a line without its quotes and the line break at its end, as in libtraceevent.</summary>
    private static Range Inner(ReadOnlySpan<byte> line, int at, int from)
    {
        var to = line.Length;
        if (from < to && line[from] == '"') from++;
        if (to > from && line[to - 1] == '"') to--;
        if (line[from..to].EndsWith("\\n"u8)) to -= 2;
        return new Range(at + from, at + to);
    }
}
