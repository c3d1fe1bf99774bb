using KernelMagnifier.Symbols.Dwarf;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>Reads the functions of a vmlinux or a module from its symbol table and its debug information.</summary>
internal static class DebugImage
{
    /// <summary>Reads one file into a table that is being built.</summary>
    /// <param name="path">The file.</param>
    /// <param name="module">The name of the module when the modules of a kernel are read; null when a single file is
    /// read.</param>
    /// <param name="into">Receives the functions.</param>
    /// <param name="known">The source roots of the kernel that the module belongs to.</param>
    /// <param name="options">The directories to find supplementary files in.</param>
    /// <param name="threads">The number of threads for this file.</param>
    /// <param name="cancel">Cancels the reading.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or has no functions.</exception>
    public static DebugImageResult Read(string path, string? module, SymbolTableBuilder into, IReadOnlyList<string> known,
        SymbolMapOptions options, int threads, CancellationToken cancel)
    {
        using var elf = ElfFile.Open(path);
        try
        {
            using var dwarf = DwarfFile.Open(elf, options.DebugRoots);
            if (dwarf.Info is null || dwarf.Info.Length == 0) throw Stripped(elf);
            var walk = FunctionWalk.Run(dwarf, threads, cancel);
            var isOneOfMany = module is not null;
            if (elf.IsRelocatable) module ??= ModuleName(path);
            var roots = SourceRoots.Find(walk.UnitFiles, known, elf.IsRelocatable ? SourceDirectoryOf(path) : null);
            var rows = FunctionCollector.Collect(dwarf, walk, into, cancel);
            // A module may contain nothing but data.
            var mayBeEmpty = isOneOfMany && dwarf.UnsupportedUnits == 0 && walk.DamagedUnits == 0;
            if (!mayBeEmpty && !rows.Exists(r => !r.IsInlined)) throw NoFunctions(dwarf, walk);
            into.Add(module, [.. walk.Files.Select(roots.Relative)], rows);
            return new DebugImageResult(roots.Roots, [.. dwarf.Warnings, .. WarningsOf(dwarf, walk)]);
        }
        catch (Exception error) when (error is DamagedException or WorkBudget.ExhaustedException)
        {
            throw DebugFileError.Damaged(path, error);
        }
        catch (IOException error)
        {
            throw DebugFileError.Unreadable(path, error);
        }
    }

    /// <summary>
    /// The kernel's name of a module, from its file name: <c>nf_conntrack</c> for <c>nf-conntrack.ko.debug</c>.
    /// </summary>
    public static string ModuleName(string path)
    {
        var name = Path.GetFileName(path);
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return (dot > 0 ? name[..dot] : name).Replace('-', '_');
    }

    /// <summary>
    /// The directory of a module's source, from the path where distributions install the module: below
    /// <c>modules/RELEASE/kernel/</c>.
    /// </summary>
    private static string? SourceDirectoryOf(string path)
    {
        var full = Path.GetFullPath(path);
        var modules = full.LastIndexOf("/modules/", StringComparison.Ordinal);
        var kernel = modules < 0 ? -1 : full.IndexOf("/kernel/", modules, StringComparison.Ordinal);
        if (kernel < 0) return null;
        var directory = Path.GetDirectoryName(full)!;
        return directory.Length > kernel + 8 ? directory[(kernel + 8)..] : null;
    }

    private static IEnumerable<string> WarningsOf(DwarfFile dwarf, FunctionWalk walk)
    {
        var path = dwarf.Elf.Path;
        if (walk.DamagedUnits > 0)
            yield return $"{path}: {walk.DamagedUnits} of {dwarf.Units.Count} units of the debug information are damaged, "
                + $"and their functions may be missing. First damage: {walk.FirstDamage}.";
        if (dwarf.UnsupportedUnits > 0)
            yield return $"{path}: {dwarf.UnsupportedUnits} units of the debug information have an unsupported DWARF version, "
                + "and their functions are missing.";
    }

    private static KernelMagnifierException Stripped(ElfFile elf)
    {
        var hasTypes = elf.Find(".BTF") is not null && !elf.IsRelocatable;
        return new KernelMagnifierException(ErrorCode.DebugInformationUnreadable, elf.Path,
            hasTypes
                ? "the file has type information (BTF) but no debug information (.debug_info): it is stripped, "
                    + "or was built without CONFIG_DEBUG_INFO_DWARF."
                : "the file has no debug information (.debug_info): it is stripped.",
            "Install the debug package of this kernel, which has a copy with debug information.");
    }

    private static KernelMagnifierException NoFunctions(DwarfFile dwarf, FunctionWalk walk)
    {
        var cause = dwarf.UnsupportedUnits > 0
            ? $"no function was found: {dwarf.UnsupportedUnits} units of the debug information have an unsupported "
                + "DWARF version; 2 to 5 are supported."
            : walk.FirstDamage is { } damage ? $"no function was found, and the debug information is damaged: {damage}."
            : "no function was found in the debug information.";
        return new KernelMagnifierException(ErrorCode.DebugInformationUnreadable, dwarf.Elf.Path, cause,
            "Specify a kernel's vmlinux or a module.");
    }
}
