using System.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>
/// The rows of a symbol map by name, then by file. Rows that come from a <see cref="SymbolTable"/> are created when all are
/// requested for the first time; until then, only the rows of requested names are.
/// </summary>
internal sealed class SymbolRows
{
    /// <summary>
    /// The most rows of one name that are looked at. The most frequent static function of a kernel, type_show, has 17.
    /// </summary>
    internal const int MostOfOneName = 1000;

    private readonly Lock _gate = new();
    private readonly SymbolMap _map;
    private readonly SymbolTable? _table;
    private SymbolSource[]? _rows;

    /// <summary>Sorts rows. Equal ones are kept once.</summary>
    public SymbolRows(SymbolMap map, SymbolSource[] rows)
    {
        _map = map;
        _rows = Sort(rows);
        Count = _rows.Length;
        foreach (var row in _rows) row.Map ??= map;
    }

    /// <summary>Takes the rows from a table.</summary>
    public SymbolRows(SymbolMap map, SymbolTable table) => (_map, _table, Count) = (map, table, table.Count);

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>All rows.</summary>
    public SymbolSource[] All
    {
        get
        {
            lock (_gate)
            {
                if (_rows is { } existing) return existing;
                var rows = new SymbolSource[Count];
                for (var i = 0; i < rows.Length; i++)
                {
                    rows[i] = _table!.Row(i);
                    rows[i].Map = _map;
                }
                // The table orders names; the rows of one name still have to be ordered by file.
                rows = Sort(rows);
                Volatile.Write(ref _rows, rows);
                return rows;
            }
        }
    }

    /// <summary>The first name with more than <see cref="MostOfOneName"/> rows; null if there is none.</summary>
    public string? FirstCrowded
    {
        get
        {
            var rows = All;
            for (var i = MostOfOneName; i < rows.Length; i++)
                if (rows[i].Function == rows[i - MostOfOneName].Function)
                    return rows[i].Function;
            return null;
        }
    }

    /// <summary>The rows of a name, at most <see cref="MostOfOneName"/>.</summary>
    public ReadOnlySpan<SymbolSource> Of(string name)
    {
        if (Volatile.Read(ref _rows) is not { } all) return FromTable(name);
        int low = 0, high = all.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(all[middle].Function, name) < 0) low = middle + 1;
            else high = middle;
        }
        var end = low;
        var last = Math.Min(all.Length, low + MostOfOneName);
        while (end < last && all[end].Function == name) end++;
        return all.AsSpan(low, end - low);
    }

    private SymbolSource[] FromTable(string name)
    {
        Span<byte> bytes = stackalloc byte[512];
        if (name.Contains('\\', StringComparison.Ordinal)) bytes = NameText.Encode(name);
        else if (Encoding.UTF8.TryGetBytes(name, bytes, out var length)) bytes = bytes[..length];
        else return [];
        var (first, end) = _table!.Find(bytes);
        if (first == end) return [];
        var rows = new SymbolSource[Math.Min(end - first, MostOfOneName)];
        for (var i = 0; i < rows.Length; i++) rows[i] = _table.Row(first + i);
        return rows;
    }

    private static SymbolSource[] Sort(SymbolSource[] rows)
    {
        var sorted = true;
        for (var i = 1; i < rows.Length && sorted; i++) sorted = Compare(rows[i - 1], rows[i]) < 0;
        if (sorted) return rows;
        Array.Sort(rows, Compare);
        var kept = 0;
        for (var i = 0; i < rows.Length; i++)
            if (i == 0 || Compare(rows[kept - 1], rows[i]) != 0)
                rows[kept++] = rows[i];
        return rows[..kept];
    }

    private static int Compare(SymbolSource a, SymbolSource b)
        => string.CompareOrdinal(a.Function, b.Function) is not 0 and var byName ? byName
        : string.CompareOrdinal(a.SourceFile, b.SourceFile) is not 0 and var byFile ? byFile
        : a.Location.Line != b.Location.Line ? a.Location.Line.CompareTo(b.Location.Line)
        : a.IsModuleKnown != b.IsModuleKnown ? a.IsModuleKnown.CompareTo(b.IsModuleKnown)
        : string.CompareOrdinal(a.Module, b.Module) is not 0 and var byModule ? byModule
        : Nullable.Compare(a.Address, b.Address) is not 0 and var byAddress ? byAddress
        : a.IsInlined.CompareTo(b.IsInlined);
}
