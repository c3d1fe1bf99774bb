using System.Collections.Immutable;
using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Function → source file and line, for one kernel build and its modules. A name may have several rows: functions of one name
/// in several files are all kept, and told apart by module where both sides know it, and by address where the recording
/// and the map have them.
/// </summary>
public sealed class SymbolMap : ISourceResolver
{
    /// <summary>What a map file calls the kernel's core where it names a module.</summary>
    internal const string Core = "kernel";

    // Suffixes the compiler gives to copies and parts of a function; a number may follow each.
    private static readonly string[] CompilerSuffixes = [".isra", ".constprop", ".part", ".cold", ".llvm", ".lto_priv", ".ipa_icf", ".localalias", ".__uniq"];

    /// <summary>
    /// What a kernel's load address is a multiple of (CONFIG_PHYSICAL_ALIGN on x86, MIN_KIMG_ALIGN on arm64) and a module's (a page).
    /// So the lower bits of an address say which of several functions it is even where the load address itself is not known.
    /// </summary>
    private const ulong KernelAlignment = 2 << 20, ModuleAlignment = 4096;

    private readonly Lock _gate = new();
    private readonly SymbolTable? _table;
    private SymbolSource[]? _rows;

    /// <summary>Makes a map of rows, in any order.</summary>
    /// <param name="path">Where they come from, for people.</param>
    /// <param name="rows">The rows; equal ones are kept once.</param>
    public SymbolMap(string path, IEnumerable<SymbolSource> rows)
    {
        var sorted = Sort([.. rows]);
        (Path, _rows, Count) = (path, sorted, sorted.Length);
        foreach (var row in sorted) row.Map ??= this;
    }

    /// <summary>A map of a table, whose rows are made when somebody asks for them.</summary>
    internal SymbolMap(SymbolTable table)
    {
        (Path, _table, Count) = (table.Path, table, table.Count);
        (KernelRelease, BuildId, TextStart) = (table.Release, table.BuildId, table.TextStart);
    }

    /// <summary>The map of rows that went through a pipeline: the one they come from when they are all of it, else one of just these.</summary>
    public static SymbolMap Of(IReadOnlyList<SymbolSource> rows)
    {
        var first = rows.Count > 0 ? rows[0].Map : null;
        if (first is null || rows.Any(row => row.Map != first)) return new SymbolMap(first?.Path ?? "", rows);
        return rows.Count == first.Count ? first
            : new SymbolMap(first.Path, rows) { KernelRelease = first.KernelRelease, BuildId = first.BuildId, TextStart = first.TextStart, Warnings = first.Warnings };
    }

    /// <summary>Where the map comes from: a map file, a kernel image.</summary>
    public string Path { get; }

    /// <summary>Every function and place, by name, then by file.</summary>
    public IReadOnlyList<SymbolSource> Rows => AllRows();

    /// <summary>How many <see cref="Rows"/> there are.</summary>
    public int Count { get; }

    /// <summary>The kernel release (<c>uname -r</c>) the map is of, when known.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The build id of the kernel the map is of, in lower-case hexadecimal, when known.</summary>
    public string? BuildId { get; init; }

    /// <summary>Where the kernel's code starts (<c>_text</c>) as linked, when known: the difference to a recording's is its load offset (KASLR).</summary>
    public ulong? TextStart { get; init; }

    /// <summary>Lines of the map file that are no rows.</summary>
    public long MalformedLines { get; init; }

    /// <summary>What a user should know about this map.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads a map file, plain, gzip or zstd: see <see cref="SymbolMapFile"/> for its lines.</summary>
    /// <exception cref="Traces.Reading.TraceException">The file cannot be read, or no line of it is a row of a map.</exception>
    public static SymbolMap Load(string path, CancellationToken cancel = default) => SymbolMapFile.Read(path, cancel);

    /// <summary>
    /// Makes the map of a kernel by its release (the running one when none is asked for): finds its debug files, or takes the map from the cache.
    /// </summary>
    /// <param name="options">Which kernel, with its modules or without, and where to look.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="Traces.Reading.TraceException">The debug files are not there (the message says which package brings them), or cannot be read.</exception>
    public static SymbolMap OfKernel(SymbolMapOptions? options = null, CancellationToken cancel = default) => SymbolMapMaker.OfKernel(options ?? new SymbolMapOptions(), cancel);

    /// <summary>Makes the map of a kernel image or module with debug information, or takes it from the cache.</summary>
    /// <param name="path">A vmlinux, or a module (<c>.ko</c>, <c>.debug</c>).</param>
    /// <param name="options">With modules or without, and where to look.</param>
    /// <param name="cancel">Ends the work early.</param>
    /// <exception cref="Traces.Reading.TraceException">The file cannot be read, or has no debug information.</exception>
    public static SymbolMap OfImage(string path, SymbolMapOptions? options = null, CancellationToken cancel = default) => SymbolMapMaker.OfImage(path, options ?? new SymbolMapOptions(), cancel);

    /// <summary>Reads a map from what a user names: a map file, or a kernel image to make it of. What it is, its content decides.</summary>
    /// <exception cref="Traces.Reading.TraceException">The file cannot be read, or is neither.</exception>
    public static SymbolMap Open(string path, SymbolMapOptions? options = null, CancellationToken cancel = default)
        => SymbolMapMaker.IsImage(path) ? OfImage(path, options, cancel) : Load(path, cancel);

    /// <summary>Writes a map file that <see cref="Load"/> reads; it appears whole or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">Replaces a file that is there already.</param>
    /// <param name="pathsOnly">Writes <c>symbol|path</c> alone, which is all the Python tool reads.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be written.</exception>
    public void Save(string path, bool force = false, bool pathsOnly = false) => SymbolMapFile.Write(this, path, force, pathsOnly);

    /// <summary>Writes the lines of a map file to a stream, which stays open.</summary>
    /// <param name="stream">Takes them.</param>
    /// <param name="pathsOnly">Writes <c>symbol|path</c> alone.</param>
    public void Write(Stream stream, bool pathsOnly = false) => SymbolMapFile.Write(this, stream, pathsOnly);

    /// <inheritdoc/>
    /// <remarks>A name the map does not have is looked up without the compiler's suffixes (<c>finish_task_switch.isra.0</c>), one after the other.</remarks>
    public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address)
    {
        return Resolve(name, module, address, null);
    }

    /// <inheritdoc/>
    public ISourceResolver For(RecordedKernel kernel)
        => kernel.TextStart is { } recorded && TextStart is { } linked ? new OfRecording(this, recorded - linked) : this;

    /// <summary>What to tell a user whose recording is of another kernel than this map; null when they agree or it is not known.</summary>
    /// <param name="trace">The recording.</param>
    public string? Mismatch(TraceInfo trace)
    {
        if (BuildId is { } mine && trace.BuildId is { } theirs)
            return string.Equals(mine, theirs, StringComparison.OrdinalIgnoreCase) ? null
                : $"The symbol map {Path} is of another build than the recorded kernel: build id {mine}{Name(KernelRelease)} and {theirs}{Name(trace.KernelRelease)}. Sources and lines may be wrong.";
        if (KernelRelease is { } release && trace.KernelRelease is { } recorded && release != recorded)
            return $"The symbol map {Path} is of kernel {release}, the recording of {recorded}. Sources and lines may be wrong.";
        return null;

        static string Name(string? release) => release is null ? "" : $" ({release})";
    }

    private ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address, ulong? offset)
    {
        for (var rest = name; ;)
        {
            if (RowsOf(rest) is { IsEmpty: false } rows) return Places(rows, module, address, offset);
            if (WithoutCompilerSuffix(rest) is not { Length: > 0 } shorter) return [];
            rest = shorter;
            // A clone starts elsewhere than the function it was made of.
            address = null;
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
        if (Volatile.Read(ref _rows) is not { } all)
        {
            Span<byte> bytes = stackalloc byte[512];
            if (!Encoding.UTF8.TryGetBytes(name, bytes, out var length)) return [];
            var (first, behind) = _table!.Find(bytes[..length]);
            if (first == behind) return [];
            var some = new SymbolSource[behind - first];
            for (var i = 0; i < some.Length; i++) some[i] = _table.Row(first + i);
            return some;
        }
        int low = 0, high = all.Length;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (string.CompareOrdinal(all[middle].Function, name) < 0) low = middle + 1;
            else high = middle;
        }
        var end = low;
        while (end < all.Length && all[end].Function == name) end++;
        return all.AsSpan(low, end - low);
    }

    private SymbolSource[] AllRows()
    {
        lock (_gate)
        {
            if (_rows is { } made) return made;
            var rows = new SymbolSource[Count];
            for (var i = 0; i < rows.Length; i++)
            {
                rows[i] = _table!.Row(i);
                rows[i].Map = this;
            }
            // Names are in order; the rows of one are to be by file.
            rows = Sort(rows);
            Volatile.Write(ref _rows, rows);
            return rows;
        }
    }

    /// <summary>
    /// Rows of just that module; else rows of unknown module; else, for a recording that does not tell modules, all. Of these the one the
    /// address belongs to. What only exists inlined is nobody's entry and no candidate.
    /// </summary>
    private static ImmutableArray<SourceLocation> Places(ReadOnlySpan<SymbolSource> rows, string? module, ulong? address, ulong? offset)
    {
        var told = false;
        foreach (var row in rows) told |= row.TellsModule && row.Module == module && !row.IsInlined;
        var places = ImmutableArray.CreateBuilder<SourceLocation>(rows.Length);
        var byAddress = ImmutableArray.CreateBuilder<SourceLocation>();
        foreach (var row in rows)
        {
            if (row.IsInlined || !(told ? row.TellsModule && row.Module == module : !row.TellsModule || module is null)) continue;
            if (!places.Contains(row.Location)) places.Add(row.Location);
            if (address is { } there && row.Address is { } here && IsAt(row, here, there, offset) && !byAddress.Contains(row.Location)) byAddress.Add(row.Location);
        }
        return byAddress.Count > 0 ? byAddress.DrainToImmutable() : places.DrainToImmutable();
    }

    private static bool IsAt(SymbolSource row, ulong linked, ulong recorded, ulong? offset)
        => row.Module is not null ? (recorded - linked) % ModuleAlignment == 0
        : offset is { } known ? recorded - linked == known
        : (recorded - linked) % KernelAlignment == 0;

    /// <summary>The map as one recording sees it, whose load offset is known.</summary>
    private sealed class OfRecording(SymbolMap map, ulong offset) : ISourceResolver
    {
        public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address) => map.Resolve(name, module, address, offset);

        public string? Mismatch(TraceInfo trace) => map.Mismatch(trace);
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
        : string.CompareOrdinal(a.Module, b.Module) is not 0 and var byModule ? byModule
        : Nullable.Compare(a.Address, b.Address) is not 0 and var byAddress ? byAddress
        : a.IsInlined.CompareTo(b.IsInlined);
}
