using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Resolves the file numbers of units to source files. One instance per thread.</summary>
internal sealed class SourceFileReader(SourceFileTable files, DebugStrings strings)
{
    private readonly Dictionary<PathKey, int> _ids = new(new SeededComparer<PathKey>());

    private readonly record struct PathKey(
        StringPlace Compilation, StringPlace Directory, StringPlace Name, bool InCompilationDirectory, DwarfFile File) : IHashed
    {
        /// <inheritdoc/>
        public ulong Hash(in SeededHash with)
            => with.Of(with.Of(Name.Hash(in with), Directory.Hash(in with)),
                Compilation.Hash(in with) ^ (InCompilationDirectory ? 1ul : 0) ^ (ulong)RuntimeHelpers.GetHashCode(File) << 1);
    }

    /// <summary>The id of a file in <see cref="SourceFileTable.Paths"/>; -1 when it is unknown.</summary>
    /// <param name="unit">The unit.</param>
    /// <param name="number">The file number of the unit's line table.</param>
    public int IdOf(DwarfUnit unit, ulong number)
    {
        if (unit.StatementList is null) return -1;
        if (!unit.LinesAreRead) ReadLines(unit);
        if (number >= (ulong)unit.Lines.FileCount + 1) return -1;
        ref var id = ref unit.FileIds[(int)number];
        if (id == 0) id = Find(unit, number) + 2;
        return id - 2;
    }

    /// <summary>Reads the line table of a unit that has one.</summary>
    public static void ReadLines(DwarfUnit unit)
    {
        unit.Lines.Read(unit.File, unit.StatementList!.Value, unit.Header.AddressSize, unit.StringOffsetsBase);
        unit.LinesAreRead = true;
        var needed = unit.Lines.FileCount + 1;
        if (unit.FileIds.Length < needed) unit.FileIds = new int[Math.Max(needed, 512)];
        else Array.Clear(unit.FileIds, 0, needed);
    }

    /// <summary>The path of the main file of a unit and its compilation directory.</summary>
    public (string Path, string Directory) MainFileOf(DwarfUnit unit)
    {
        var directory = DirectoryOf(unit);
        return (Join(directory, "", strings.Text(unit.Name, unit.File), inCompilationDirectory: false), directory);
    }

    private int Find(DwarfUnit unit, ulong number)
    {
        if (!unit.Lines.TryGetFile(number, out var name, out var directory, out var inCompilationDirectory) || name.IsNone)
            return -1;
        var key = new PathKey(unit.Directory, directory, name, inCompilationDirectory, unit.File);
        if (_ids.TryGetValue(key, out var id)) return id;
        var path = Join(DirectoryOf(unit), directory.IsNone ? "" : strings.Text(directory, unit.File),
            strings.Text(name, unit.File), inCompilationDirectory);
        return _ids[key] = path.Length == 0 || path == "<built-in>" ? -1 : files.IdOf(path);
    }

    private string DirectoryOf(DwarfUnit unit)
        => unit.DirectoryText ??= unit.Directory.IsNone ? "" : strings.Text(unit.Directory, unit.File);

    /// <summary>
    /// Joins the parts of a path. A compilation directory that is not absolute was rewritten by -ffile-prefix-map, which rewrites
    /// each path separately: then only a plain file name is relative to it.
    /// </summary>
    private static string Join(string compilation, string directory, string name, bool inCompilationDirectory)
    {
        if (name.StartsWith('/')) return SourcePath.Normalize(name);
        if (inCompilationDirectory)
            return SourcePath.Normalize(compilation.StartsWith('/') || !name.Contains('/', StringComparison.Ordinal)
                ? $"{compilation}/{name}" : name);
        var path = directory.Length == 0 ? name : $"{directory}/{name}";
        return SourcePath.Normalize(compilation.StartsWith('/') && !directory.StartsWith('/') ? $"{compilation}/{path}" : path);
    }
}
