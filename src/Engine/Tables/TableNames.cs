namespace KernelMagnifier.Tables;

/// <summary>
/// The names in a file, each with a number as its id; 0 is no name. One thread adds names; another may read those whose ids it
/// has received.
/// </summary>
internal sealed class TableNames
{
    private readonly TextArena _arena = new();
    private readonly Dictionary<string, int> _ids = new(StringComparer.Ordinal);
    private TextRef[] _texts = new TextRef[256];
    private int _count = 1;

    /// <summary>The text of an id.</summary>
    public TextRef this[int id] => Volatile.Read(ref _texts)[id];

    /// <summary>Returns the id of a name.</summary>
    public int Of(string? name)
    {
        if (name is null) return 0;
        if (_ids.TryGetValue(name, out var id)) return id;
        if (_count == _texts.Length)
        {
            var larger = new TextRef[_texts.Length * 2];
            _texts.CopyTo(larger, 0);
            Volatile.Write(ref _texts, larger);
        }
        _texts[_count] = _arena.Add(name);
        _ids.Add(name, _count);
        return _count++;
    }
}
