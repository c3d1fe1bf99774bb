using System.Collections.Immutable;
using KernelMagnifier.Files;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Maps functions to source files and lines, for one kernel build and its modules. A name may have several rows: functions of one
/// name in several files are all kept. The module distinguishes them when the recording and the map have it, and the address when
/// both have it.
/// </summary>
public sealed class SymbolMap : ISourceResolver
{
    /// <summary>The name of the kernel's core in the module field of a map file.</summary>
    internal const string Core = "kernel";

    private readonly SymbolRows _rows;

    /// <summary>Creates a map of rows.</summary>
    /// <param name="path">The origin of the rows, for messages.</param>
    /// <param name="rows">The rows, in any order; equal ones are kept once.</param>
    public SymbolMap(string path, IEnumerable<SymbolSource> rows) => (Path, _rows) = (path, new SymbolRows(this, [.. rows]));

    internal SymbolMap(SymbolTable table)
    {
        (Path, _rows) = (table.Path, new SymbolRows(this, table));
        (KernelRelease, BuildId, TextStart) = (table.Release, table.BuildId, table.TextStart);
    }

    /// <summary>
    /// The map of rows that passed through a pipeline: the map they belong to when it has no others, else a new one of these
    /// rows.
    /// </summary>
    public static SymbolMap Of(IReadOnlyList<SymbolSource> rows)
    {
        var first = rows.Count > 0 ? rows[0].Map : null;
        if (first is null || rows.Any(row => row.Map != first)) return new SymbolMap(first?.Path ?? "", rows);
        return rows.Count == first.Count ? first
            : new SymbolMap(first.Path, rows)
            {
                KernelRelease = first.KernelRelease,
                BuildId = first.BuildId,
                TextStart = first.TextStart,
                Inputs = first.Inputs,
                Warnings = first.Warnings,
            };
    }

    /// <summary>The origin of the map: a map file or a kernel image.</summary>
    public string Path { get; }

    /// <summary>All functions and their places, by name, then by file.</summary>
    public IReadOnlyList<SymbolSource> Rows => _rows.All;

    /// <summary>The number of <see cref="Rows"/>.</summary>
    public int Count => _rows.Count;

    /// <summary>The first name that has more rows than are looked at; null if none has.</summary>
    internal string? FirstCrowdedName => _rows.FirstCrowded;

    /// <summary>The release (<c>uname -r</c>) of the kernel; null when unknown.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The build id of the kernel in lower-case hexadecimal; null when unknown.</summary>
    public string? BuildId { get; init; }

    /// <summary>
    /// The address of <c>_text</c> in the kernel as linked; null when unknown. The difference to a recorded kernel is its load
    /// offset (KASLR).
    /// </summary>
    public ulong? TextStart { get; init; }

    /// <summary>The number of lines of the map file that are not rows.</summary>
    public long MalformedLines { get; init; }

    /// <summary>The files that the map was read from, which an output must not replace.</summary>
    internal IReadOnlyList<InputIdentity> Inputs { get; init; } = [];

    /// <inheritdoc/>
    IReadOnlyList<InputIdentity> ISourceResolver.Inputs => Inputs;

    /// <summary>Warnings about this map for the user.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>Reads a map file, plain or compressed with gzip or zstd. See docs/symbol-maps.md for its lines.</summary>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or is not a symbol map.</exception>
    public static SymbolMap Load(string path, CancellationToken cancel = default) => SymbolMapFile.Read(path, cancel);

    /// <summary>Creates the map of a kernel by its release: finds its debug files, or takes the map from the cache.</summary>
    /// <param name="options">The kernel, by default the running one; whether its modules are read; the directories to
    /// search.</param>
    /// <param name="cancel">Cancels the work.</param>
    /// <exception cref="KernelMagnifierException">The debug files are missing (the recommended action names the package that has
    /// them) or unreadable.</exception>
    internal static SymbolMap OfKernel(SymbolMapOptions? options = null, CancellationToken cancel = default)
        => SymbolMapMaker.OfKernel(options ?? new SymbolMapOptions(), cancel);

    /// <summary>Creates the map of a kernel image or module with debug information, or takes it from the cache.</summary>
    /// <param name="path">A vmlinux, or a module (<c>.ko</c>, <c>.debug</c>).</param>
    /// <param name="options">Whether modules are read, and the directories to search.</param>
    /// <param name="cancel">Cancels the work.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or has no debug information.</exception>
    internal static SymbolMap OfImage(string path, SymbolMapOptions? options = null, CancellationToken cancel = default)
        => SymbolMapMaker.OfImage(path, options ?? new SymbolMapOptions(), cancel);

    /// <summary>
    /// Reads a map file, or creates the map of a kernel image or module. The content of the file decides which.
    /// </summary>
    /// <exception cref="KernelMagnifierException">The file cannot be read, or is neither.</exception>
    internal static SymbolMap Open(string path, SymbolMapOptions? options = null, CancellationToken cancel = default)
        => SymbolMapMaker.IsImage(path) ? OfImage(path, options, cancel) : Load(path, cancel);

    /// <summary>Writes a map file that <see cref="Load"/> reads. The file appears complete or not at all.</summary>
    /// <param name="path">The file.</param>
    /// <param name="force">Whether an existing file is replaced.</param>
    /// <param name="pathsOnly">Whether only <c>symbol|path</c> is written, which is all that the Python tool reads.</param>
    /// <exception cref="KernelMagnifierException">The file cannot be written.</exception>
    public void Save(string path, bool force = false, bool pathsOnly = false) => Save(path, force, pathsOnly, default);

    /// <summary>Writes a map file. Waiting for somebody who reads a FIFO can be cancelled.</summary>
    internal void Save(string path, bool force, bool pathsOnly, CancellationToken cancel)
        => SymbolMapFile.Write(this, path, force, pathsOnly, cancel);

    /// <summary>Writes the lines of a map file to a stream, which stays open.</summary>
    /// <param name="stream">The stream.</param>
    /// <param name="pathsOnly">Whether only <c>symbol|path</c> is written.</param>
    public void Write(Stream stream, bool pathsOnly = false) => SymbolMapFile.Write(this, stream, pathsOnly);

    /// <inheritdoc/>
    /// <remarks>
    /// A name that the map does not have is looked up without its compiler suffixes (<c>finish_task_switch.isra.0</c>), which are
    /// removed one by one.
    /// </remarks>
    public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address)
        => Resolve(name, module, new RecordedAddress(address, IsStart: true), null);

    /// <inheritdoc/>
    ImmutableArray<SourceLocation> ISourceResolver.ResolveInside(string name, string? module, ulong address)
        => Resolve(name, module, new RecordedAddress(address, IsStart: false), null);

    /// <inheritdoc/>
    string ISourceResolver.Name => Path.Length == 0 ? "The symbol map" : $"The symbol map {Path}";

    /// <inheritdoc/>
    ISourceResolver ISourceResolver.For(RecordedKernel kernel)
        => kernel.TextStart is { } recorded && TextStart is { } linked ? new ForRecording(this, recorded - linked, kernel) : this;

    /// <summary>
    /// The warning for a recording of another kernel than that of this map; null when they agree or one is unknown.
    /// </summary>
    /// <param name="trace">The recording.</param>
    public string? Mismatch(TraceInfo trace)
    {
        if (BuildId is { } mapped && trace.BuildId is { } recordedId)
            return string.Equals(mapped, recordedId, StringComparison.OrdinalIgnoreCase) ? null
                : $"The symbol map {Path} is of another build than the recorded kernel: build id {mapped}{Name(KernelRelease)} "
                    + $"and {recordedId}{Name(trace.KernelRelease)}. Sources and lines may be wrong.";
        if (KernelRelease is { } release && trace.KernelRelease is { } recorded && release != recorded)
            return $"The symbol map {Path} is of kernel {release}, the recording of {recorded}. Sources and lines may be wrong.";
        return null;

        static string Name(string? release) => release is null ? "" : $" ({release})";
    }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Count} functions");

    private ImmutableArray<SourceLocation> Resolve(string name, string? module, RecordedAddress address, ulong? offset)
    {
        for (var rest = name; ;)
        {
            if (_rows.Of(rest) is { IsEmpty: false } rows) return Places(rows, module, address, offset);
            if (CompilerSuffix.Remove(rest) is not { Length: > 0 } shorter) return [];
            rest = shorter;
            // A copy or part of a function is at another address than the function.
            address = default;
        }
    }

    /// <summary>
    /// The places of the candidates: the rows of the module; else the rows of unknown module; else, for a recording without
    /// modules, all rows. Of these the one at the address, if any is. A function that exists only inlined cannot be called and is
    /// not a candidate.
    /// </summary>
    private static ImmutableArray<SourceLocation> Places(ReadOnlySpan<SymbolSource> rows, string? module, RecordedAddress address,
        ulong? offset)
    {
        var hasModule = false;
        foreach (var row in rows) hasModule |= row.IsModuleKnown && row.Module == module && !row.IsInlined;
        var places = new PlaceList(rows.Length);
        var byAddress = new PlaceList(rows.Length);
        foreach (var row in rows)
        {
            if (row.IsInlined || !(hasModule ? row.IsModuleKnown && row.Module == module : !row.IsModuleKnown || module is null))
                continue;
            places.Add(row.Location);
            if (row.Address is not null && address.IsOf(row, offset)) byAddress.Add(row.Location);
        }
        return byAddress.Count > 0 ? byAddress.Take() : places.Take();
    }

    /// <summary>The map for one recording whose load offset is known.</summary>
    private sealed class ForRecording(SymbolMap map, ulong offset, RecordedKernel kernel) : ISourceResolver
    {
        public string Name => ((ISourceResolver)map).Name;

        public ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address)
            => map.Resolve(name, module, new RecordedAddress(address, IsStart: true), offset);

        public ImmutableArray<SourceLocation> ResolveInside(string name, string? module, ulong address)
            => map.Resolve(name, module, new RecordedAddress(address, IsStart: false), offset);

        public string? Mismatch(TraceInfo trace)
        {
            // Equal build ids say more than addresses.
            var known = map.Mismatch(trace);
            if (known is not null || (map.BuildId is not null && trace.BuildId is not null)) return known;
            return AddressComparison.Of(map._rows, offset, kernel.Symbols.Span) is { IsOfAnotherBuild: true } found
                ? $"The symbol map {map.Path} is of another build than the recorded kernel: {found.Different} of "
                    + $"{found.Compared} functions that were compared are at other addresses. Sources and lines may be wrong."
                : null;
        }
    }
}
