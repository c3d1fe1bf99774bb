using System.Collections.Immutable;

namespace KernelMagnifier;

/// <summary>
/// Function → source file and line, for one kernel build and its modules. A name may have several rows: functions of one name
/// in several files are all kept, and told apart by module where both sides know it.
/// </summary>
public sealed class SymbolMap : ISourceResolver
{
    /// <summary>What a map file calls the kernel's core where it names a module.</summary>
    internal const string Core = "kernel";

    // Suffixes the compiler gives to copies and parts of a function; a number may follow each.
    private static readonly string[] CompilerSuffixes = [".isra", ".constprop", ".part", ".cold", ".llvm", ".lto_priv", ".ipa_icf", ".localalias", ".__uniq"];

    private readonly SymbolSource[] _rows;

    /// <summary>Makes a map of rows, in any order.</summary>
    /// <param name="path">Where they come from, for people.</param>
    /// <param name="rows">The rows; equal ones are kept once.</param>
    public SymbolMap(string path, IEnumerable<SymbolSource> rows)
    {
        (Path, _rows) = (path, Sort([.. rows]));
        foreach (var row in _rows) row.Map ??= this;
    }

    /// <summary>The map of rows that went through a pipeline: the one they come from when they are all of it, else one of just these.</summary>
    public static SymbolMap Of(IReadOnlyList<SymbolSource> rows)
    {
        var first = rows.Count > 0 ? rows[0].Map : null;
        if (first is null || rows.Any(row => row.Map != first)) return new SymbolMap(first?.Path ?? "", rows);
        return rows.Count == first.Count ? first
            : new SymbolMap(first.Path, rows) { KernelRelease = first.KernelRelease, BuildId = first.BuildId, Warnings = first.Warnings };
    }

    /// <summary>Where the map comes from: a map file, a kernel image.</summary>
    public string Path { get; }

    /// <summary>Every function and place, by name, then by file.</summary>
    public IReadOnlyList<SymbolSource> Rows => _rows;

    /// <summary>How many <see cref="Rows"/> there are.</summary>
    public int Count => _rows.Length;

    /// <summary>The kernel release (<c>uname -r</c>) the map is of, when known.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The build id of the kernel the map is of, in lower-case hexadecimal, when known.</summary>
    public string? BuildId { get; init; }

    /// <summary>Lines of the map file that are no rows.</summary>
    public long MalformedLines { get; init; }

    /// <summary>What a user should know about this map.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads a map file, plain, gzip or zstd: see <see cref="SymbolMapFile"/> for its lines.</summary>
    /// <exception cref="TraceException">The file cannot be read, or no line of it is a row of a map.</exception>
    public static SymbolMap Load(string path, CancellationToken cancel = default) => SymbolMapFile.Read(path, cancel);

    /// <summary>Writes a map file that <see cref="Load"/> reads; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">Replaces a file that is there already.</param>
    /// <param name="pathsOnly">Writes <c>symbol|path</c> alone, which is all the Python tool reads.</param>
    /// <exception cref="Rendering.RenderException">The file cannot be written.</exception>
    public void Save(string path, bool force = false, bool pathsOnly = false) => SymbolMapFile.Write(this, path, force, pathsOnly);

    /// <inheritdoc/>
    /// <remarks>A name the map does not have is looked up without the compiler's suffixes (<c>finish_task_switch.isra.0</c>), one after the other.</remarks>
    public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address)
    {
        for (var rest = name; ;)
        {
            if (RowsOf(rest) is { IsEmpty: false } rows) return Places(rows, module);
            if (WithoutCompilerSuffix(rest) is not { Length: > 0 } shorter) return [];
            rest = shorter;
        }
    }

    /// <inheritdoc/>
    public override string ToString() => $"{Path}: {Count} functions";

    /// <summary>The name without its last compiler suffix, or null when it has none.</summary>
    internal static string? WithoutCompilerSuffix(string name)
    {
        var end = name.AsSpan().TrimEnd("0123456789").Length;
        var word = end < name.Length && end > 0 && name[end - 1] == '.' ? name.AsSpan(0, end - 1) : name;
        foreach (var suffix in CompilerSuffixes)
            if (word.EndsWith(suffix, StringComparison.Ordinal))
                return word[..^suffix.Length].ToString();
        return null;
    }

    /// <summary>All rows of a name.</summary>
    internal ReadOnlySpan<SymbolSource> RowsOf(string name)
    {
        int low = 0, high = _rows.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(_rows[middle].Function, name) < 0) low = middle + 1;
            else high = middle;
        }
        var end = low;
        while (end < _rows.Length && _rows[end].Function == name) end++;
        return _rows.AsSpan(low, end - low);
    }

    private static ImmutableArray<SourceLocation> Places(ReadOnlySpan<SymbolSource> rows, string? module)
    {
        var told = false;
        foreach (var row in rows) told |= row.TellsModule && row.Module == module;
        var places = ImmutableArray.CreateBuilder<SourceLocation>(rows.Length);
        foreach (var row in rows)
        {
            // Rows of just that module; else rows of unknown module; else, for a recording that does not tell modules, all.
            var fits = told ? row.TellsModule && row.Module == module : !row.TellsModule || module is null;
            if (fits && !places.Contains(row.Location)) places.Add(row.Location);
        }
        return places.DrainToImmutable();
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
        : a.TellsModule != b.TellsModule ? a.TellsModule.CompareTo(b.TellsModule)
        : string.CompareOrdinal(a.Module, b.Module);
}
