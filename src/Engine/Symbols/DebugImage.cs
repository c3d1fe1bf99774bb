using KernelMagnifier.Symbols.Dwarf;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols;

/// <summary>Takes the functions of a vmlinux or a module from its symbol table and its debug information.</summary>
internal static class DebugImage
{
    /// <summary>Reads one file into a table that is being built.</summary>
    /// <param name="path">The file.</param>
    /// <param name="module">The module, when many are read at once; null when the file itself tells whether it is one.</param>
    /// <param name="into">Takes the functions.</param>
    /// <param name="known">The source roots of the kernel, for a module of it.</param>
    /// <param name="options">Where to look for files beside it, and how many threads.</param>
    /// <param name="threads">Threads for this file.</param>
    /// <param name="cancel">Ends the reading early.</param>
    /// <exception cref="TraceException">The file cannot be read, or has no functions.</exception>
    public static DebugImageInfo Read(string path, string? module, SymbolTableBuilder into, IReadOnlyList<string> known, SymbolMapOptions options, int threads, CancellationToken cancel)
    {
        using var elf = ElfFile.Open(path);
        try
        {
            using var dwarf = DwarfFile.Open(elf, options.DebugRoots);
            if (dwarf.Info is null || dwarf.Info.Length == 0)
                throw new TraceException(path, elf.Find(".BTF") is not null && elf.Type != ElfFile.Relocatable
                    ? "has type information (BTF) but no debug information (.debug_info): it was stripped, or built without CONFIG_DEBUG_INFO_DWARF. The debug package of this kernel has a vmlinux with it."
                    : "has no debug information (.debug_info): it is stripped. The debug package of this kernel has a copy with it.");
            var walk = FunctionWalk.Run(dwarf, threads, cancel);
            var isOneOfMany = module is not null;
            if (elf.IsRelocatable) module ??= ModuleName(path);
            var roots = SourceRoots.Find(walk.UnitFiles, known, elf.IsRelocatable ? FolderOf(path) : null);
            var rows = Collect(dwarf, walk, into, elf.IsRelocatable ? null : into, cancel);
            // A module may hold nothing but data.
            var mayBeEmpty = isOneOfMany && dwarf.StrangeUnits == 0 && walk.DamagedUnits == 0;
            if (!mayBeEmpty && !rows.Exists(r => !r.IsInlined))
                throw new TraceException(path, dwarf.StrangeUnits > 0
                    ? $"no function was found: {dwarf.StrangeUnits} units of its debug information are of a DWARF version that is not known. Known are 2 to 5."
                    : walk.FirstDamage is { } damage ? $"no function was found, and its debug information is damaged: {damage}."
                    : "no function was found in its debug information. A kernel's vmlinux or a module was expected.");
            into.Add(module, [.. walk.Files.Select(roots.Relative)], rows);
            var warnings = dwarf.Warnings;
            if (walk.DamagedUnits > 0) warnings.Add($"{path}: {walk.DamagedUnits} of {dwarf.Units.Count} units of its debug information are damaged and their functions may be missing: {walk.FirstDamage}.");
            if (dwarf.StrangeUnits > 0) warnings.Add($"{path}: {dwarf.StrangeUnits} units of its debug information are of a DWARF version that is not known, their functions are missing.");
            return new DebugImageInfo(elf.BuildId, elf.IsRelocatable, roots.Roots, warnings);
        }
        catch (DamagedException error)
        {
            throw new TraceException(path, $"is damaged: {error.Message}.", inner: error);
        }
        catch (OutOfPieceException error)
        {
            throw new TraceException(path, $"is damaged: {error.Message}.", inner: error);
        }
        catch (WorkBudget.ExhaustedException error)
        {
            throw new TraceException(path, $"is damaged: {error.Message}.", inner: error);
        }
        catch (IOException error)
        {
            throw new TraceException(path, $"cannot be read: {error.Message}", inner: error);
        }
    }

    /// <summary>The name the kernel gives a module, from its file: <c>nf-conntrack.ko.debug</c> is <c>nf_conntrack</c>.</summary>
    public static string ModuleName(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return (dot > 0 ? name[..dot] : name).Replace('-', '_');
    }

    /// <summary>Where a module's source is, from where distributions install it: below <c>modules/RELEASE/kernel/</c>.</summary>
    private static string? FolderOf(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        var modules = full.LastIndexOf("/modules/", StringComparison.Ordinal);
        var kernel = modules < 0 ? -1 : full.IndexOf("/kernel/", modules, StringComparison.Ordinal);
        if (kernel < 0) return null;
        var folder = System.IO.Path.GetDirectoryName(full)!;
        return folder.Length > kernel + 8 ? folder[(kernel + 8)..] : null;
    }

    private static List<(int Name, ulong Address, uint Size, int File, int Line, bool IsInlined)> Collect(
        DwarfFile dwarf, FunctionWalk walk, SymbolTableBuilder names, SymbolTableBuilder? core, CancellationToken cancel)
    {
        var rows = new List<(int Name, ulong Address, uint Size, int File, int Line, bool IsInlined)>(walk.Ranges.Length + walk.Inlined.Length);
        var pending = new List<(int Name, ulong Address, uint Size, int Unit)>();
        var taken = new HashSet<ulong>();
        var named = new HashSet<int>();
        var symbols = dwarf.Symbols;
        for (var i = 0; i < symbols.Count; i++)
        {
            var symbol = symbols[i];
            if (symbol.Section == 0 || symbol.Type is not (ElfSymbol.Function or ElfSymbol.NoType)) continue;
            var name = symbols.Name(symbol.NameOffset);
            if (core is not null && core.TextStart == 0 && symbol.Binding != 0 && name.SequenceEqual("_text"u8)) core.TextStart = symbol.Address;
            if (!symbol.InCode || !IsFunctionName(name)) continue;
            var found = RangeAt(walk, symbol.Address, name);
            var size = (uint)Math.Min(symbol.Size, uint.MaxValue);
            if (found < 0)
            {
                pending.Add((names.Name(name), symbol.Address, size, -1));
                named.Add(names.Name(name));
                continue;
            }
            ref readonly var range = ref walk.Ranges[found];
            // A label inside a C function is no function.
            if (symbol.Type == ElfSymbol.NoType && range.File >= 0 && range.Low != symbol.Address) continue;
            taken.Add(symbol.Address);
            named.Add(names.Name(name));
            if (size == 0) size = (uint)Math.Min(range.High - symbol.Address, uint.MaxValue);
            if (range.File >= 0) rows.Add((names.Name(name), symbol.Address, size, range.File, range.Line, false));
            else pending.Add((names.Name(name), symbol.Address, size, range.Unit));
        }
        // Functions without a symbol: the symbol table was stripped, or local symbols were. A weak definition that lost against another
        // keeps its code too, but the name is no longer its, and the kernel neither calls nor traces it.
        foreach (ref readonly var range in walk.Ranges.AsSpan())
        {
            if (!range.IsEntry || range.Name.IsNone || taken.Contains(range.Low)) continue;
            var name = walk.Text(range.Name);
            if (name.IsEmpty) continue;
            if (named.Contains(names.Name(name))) continue;
            var size = (uint)Math.Min(range.High - range.Low, uint.MaxValue);
            if (range.File >= 0) rows.Add((names.Name(name), range.Low, size, range.File, range.Line, false));
            else pending.Add((names.Name(name), range.Low, size, range.Unit));
        }
        if (pending.Count > 0)
        {
            var lines = walk.FindLines(pending.Select(p => (p.Address, p.Unit)), cancel);
            foreach (var (name, address, size, _) in pending)
                if (lines.TryGetValue(address, out var line) && line.File >= 0)
                    rows.Add((name, address, size, line.File, line.Line, false));
        }
        // What was inlined and has code too, under its own name or a clone's, is there already.
        var withCode = new HashSet<(StringPlace, int, int)>();
        foreach (ref readonly var range in walk.Ranges.AsSpan()) withCode.Add((range.Name, range.File, range.Line));
        foreach (var inlined in walk.Inlined)
            if (!withCode.Contains((inlined.Name, inlined.File, inlined.Line)) && !walk.Text(inlined.Name).IsEmpty)
                rows.Add((names.Name(walk.Text(inlined.Name)), 0, 0, inlined.File, inlined.Line, true));
        return rows;
    }

    /// <summary>The range of code an address is in: of several that start there the one of that name, or else the innermost.</summary>
    private static int RangeAt(FunctionWalk walk, ulong address, ReadOnlySpan<byte> name)
    {
        var ranges = walk.Ranges;
        int low = 0, high = ranges.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (ranges[middle].Low <= address) low = middle + 1;
            else high = middle;
        }
        var best = -1;
        // A few steps back: functions do not nest, but an alias may start in the middle of another.
        for (var i = low - 1; i >= 0 && i > low - 16; i--)
        {
            ref readonly var range = ref ranges[i];
            if (address >= range.High) continue;
            if (best < 0) best = i;
            if (range.Low != address) break;
            if (!range.Name.IsNone && walk.Text(range.Name).SequenceEqual(name)) return i;
        }
        return best;
    }

    /// <summary>Leaves out what scripts/kallsyms.c of the kernel leaves out: mapping symbols, local labels.</summary>
    private static bool IsFunctionName(ReadOnlySpan<byte> name)
        => !name.IsEmpty && name[0] != '$' && !name.StartsWith(".L"u8) && !name.StartsWith("L0\u0001"u8) && !name.StartsWith("__pfx_"u8) && !name.StartsWith("__cfi_"u8);
}
