using KernelMagnifier.Model;
using KernelMagnifier.Symbols.Dwarf;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Combines the symbol table of a file with the result of a <see cref="FunctionWalk"/>: the symbol table has the names that the
/// kernel knows, the debug information the source.
/// </summary>
internal sealed class FunctionCollector
{
    private readonly DwarfFile _dwarf;
    private readonly FunctionWalk _walk;
    private readonly SymbolTableBuilder _names;
    private readonly List<FunctionRow> _rows;

    // Functions whose entries lack the source file: the line tables may have it.
    private readonly List<(int Name, ulong Address, uint Size, int Unit)> _withoutFile = [];
    private readonly HashSet<ulong> _symbolAddresses = new(new NumberComparer());
    private readonly HashSet<int> _symbolNames = [];

    private FunctionCollector(DwarfFile dwarf, FunctionWalk walk, SymbolTableBuilder names)
    {
        (_dwarf, _walk, _names) = (dwarf, walk, names);
        _rows = new List<FunctionRow>(walk.Ranges.Length + walk.Inlined.Length);
    }

    /// <summary>The functions of a file.</summary>
    /// <param name="dwarf">The file.</param>
    /// <param name="walk">The walk over its debug information; the rows have its file ids.</param>
    /// <param name="names">Numbers the names, and receives the address of <c>_text</c> of a kernel.</param>
    /// <param name="cancel">Cancels the work.</param>
    public static List<FunctionRow> Collect(DwarfFile dwarf, FunctionWalk walk, SymbolTableBuilder names,
        CancellationToken cancel)
    {
        var collector = new FunctionCollector(dwarf, walk, names);
        collector.AddSymbols();
        collector.AddFunctionsWithoutSymbol();
        collector.AddFromLineTables(cancel);
        collector.AddInlined();
        return collector._rows;
    }

    private void AddSymbols()
    {
        var symbols = _dwarf.Symbols;
        var isKernel = !_dwarf.Elf.IsRelocatable;
        for (var i = 0; i < symbols.Count; i++)
        {
            var symbol = symbols[i];
            if (symbol.Section == 0 || symbol.Type is not (ElfSymbol.Function or ElfSymbol.NoType)) continue;
            var name = symbols.Name(symbol.NameOffset);
            if (isKernel && _names.TextStart == 0 && symbol.Binding != 0 && name.SequenceEqual("_text"u8))
                _names.TextStart = symbol.Address;
            if (!symbol.InCode || !IsFunctionName(name)) continue;
            AddSymbol(in symbol, name);
        }
    }

    private void AddSymbol(in ElfSymbol symbol, ReadOnlySpan<byte> name)
    {
        var found = RangeAt(symbol.Address, name);
        var size = (uint)Math.Min(symbol.Size, uint.MaxValue);
        // A label inside a C function is not a function.
        if (found >= 0 && symbol.Type == ElfSymbol.NoType && _walk.Ranges[found].File >= 0
            && _walk.Ranges[found].Low != symbol.Address) return;
        var number = _names.Name(name);
        _symbolNames.Add(number);
        if (found < 0)
        {
            _withoutFile.Add((number, symbol.Address, size, -1));
            return;
        }
        ref readonly var range = ref _walk.Ranges[found];
        _symbolAddresses.Add(symbol.Address);
        if (size == 0) size = (uint)Math.Min(range.High - symbol.Address, uint.MaxValue);
        Add(number, symbol.Address, size, in range);
    }

    /// <summary>
    /// Adds the functions of the debug information that have no symbol, because the symbol table was stripped. A weak definition
    /// that another one overrides keeps its code too, but the kernel neither calls nor traces it, and its name has a symbol
    /// elsewhere.
    /// </summary>
    private void AddFunctionsWithoutSymbol()
    {
        foreach (ref readonly var range in _walk.Ranges.AsSpan())
        {
            if (!range.IsEntry || range.Name.IsNone || _symbolAddresses.Contains(range.Low)) continue;
            var name = _walk.Text(range.Name);
            if (name.IsEmpty) continue;
            var number = _names.Name(name);
            if (!_symbolNames.Contains(number))
                Add(number, range.Low, (uint)Math.Min(range.High - range.Low, uint.MaxValue), in range);
        }
    }

    private void AddFromLineTables(CancellationToken cancel)
    {
        if (_withoutFile.Count == 0) return;
        var lines = _walk.FindLines(_withoutFile.Select(f => (f.Address, f.Unit)), cancel);
        foreach (var (name, address, size, _) in _withoutFile)
            if (lines.TryGetValue(address, out var line) && line.File >= 0)
                _rows.Add(new FunctionRow(name, address, size, line.File, line.Line, IsInlined: false));
    }

    /// <summary>
    /// Adds the functions that exist only inlined. A function that also has code, under its own name or that of a clone, is there
    /// already.
    /// </summary>
    private void AddInlined()
    {
        var withCode = new HashSet<InlinedFunction>(new SeededComparer<InlinedFunction>());
        foreach (ref readonly var range in _walk.Ranges.AsSpan())
            withCode.Add(new InlinedFunction(range.Name, range.File, range.Line));
        foreach (var inlined in _walk.Inlined)
            if (!withCode.Contains(inlined) && _walk.Text(inlined.Name) is { IsEmpty: false } name)
                _rows.Add(new FunctionRow(_names.Name(name), 0, 0, inlined.File, inlined.Line, IsInlined: true));
    }

    private void Add(int name, ulong address, uint size, in CodeRange range)
    {
        if (range.File >= 0) _rows.Add(new FunctionRow(name, address, size, range.File, range.Line, IsInlined: false));
        else _withoutFile.Add((name, address, size, range.Unit));
    }

    /// <summary>
    /// The index of the range that contains an address; -1 when none does. Of several that start there it is the one of that
    /// name, or else the innermost.
    /// </summary>
    private int RangeAt(ulong address, ReadOnlySpan<byte> name)
    {
        var ranges = _walk.Ranges;
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ranges[middle].Low <= address) low = middle + 1;
            else high = middle;
        }
        var best = -1;
        // Functions do not nest, but an alias may start inside another function, so a few earlier ranges are tried too.
        for (var i = low - 1; i >= 0 && i > low - 16; i--)
        {
            ref readonly var range = ref ranges[i];
            if (address >= range.High) continue;
            if (best < 0) best = i;
            if (range.Low != address) break;
            if (!range.Name.IsNone && _walk.Text(range.Name).SequenceEqual(name)) return i;
        }
        return best;
    }

    /// <summary>
    /// Whether a symbol can be a function. Omits mapping symbols and local labels as scripts/kallsyms.c of the kernel does.
    /// </summary>
    private static bool IsFunctionName(ReadOnlySpan<byte> name)
        => !name.IsEmpty && name[0] != '$' && !name.StartsWith(".L"u8) && !name.StartsWith("L0\u0001"u8)
            && !name.StartsWith("__pfx_"u8) && !name.StartsWith("__cfi_"u8);
}
