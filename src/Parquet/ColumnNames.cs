using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Parquet;

/// <summary>The texts that come often in a column, each made once.</summary>
internal sealed class ColumnNames
{
    private const int Most = 1 << 16, Longest = 256;

    private readonly ByteInterner _ids = new();
    private readonly List<string> _texts = [""];

    /// <summary>The text of some bytes.</summary>
    public string Of(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > Longest) return Encoding.UTF8.GetString(bytes);
        var id = _ids.Find(bytes);
        if (id != 0) return _texts[id];
        if (_texts.Count > Most) return Encoding.UTF8.GetString(bytes);
        id = _ids.GetOrAdd(bytes, made =>
        {
            _texts.Add(Encoding.UTF8.GetString(made));
            return _texts.Count - 1;
        });
        return _texts[id];
    }
}
