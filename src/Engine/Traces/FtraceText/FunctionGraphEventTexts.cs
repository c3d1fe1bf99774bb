namespace KernelMagnifier.Traces.FtraceText;

/// <summary>The texts of events in one block of function_graph text, and of the lines that can belong to them.</summary>
internal sealed class FunctionGraphEventTexts
{
    private readonly List<(int Schema, int Start, int Length)> _texts = [];
    private byte[] _bytes = [];
    private int _used;

    /// <summary>Adds a text; returns its index.</summary>
    /// <param name="text">The text.</param>
    /// <param name="schema">The id of the event's schema; 0 for a line of its own.</param>
    public int Add(ReadOnlySpan<byte> text, int schema)
    {
        if (_used + text.Length > _bytes.Length) Array.Resize(ref _bytes, Math.Max(_used + text.Length, _bytes.Length * 2));
        text.CopyTo(_bytes.AsSpan(_used));
        _texts.Add((schema, _used, text.Length));
        _used += text.Length;
        return _texts.Count - 1;
    }

    /// <summary>A text.</summary>
    public ReadOnlySpan<byte> Text(int index) => _bytes.AsSpan(_texts[index].Start, _texts[index].Length);

    /// <summary>The id of the schema of an event.</summary>
    public int Schema(int index) => _texts[index].Schema;

    /// <summary>Removes everything.</summary>
    public void Clear()
    {
        _texts.Clear();
        _used = 0;
    }
}
