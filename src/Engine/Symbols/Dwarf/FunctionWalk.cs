using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// Walks the entries at the top of every unit once, on all cores, and keeps the functions. No tree of entries is built: where an
/// entry has a sibling reference its children are skipped, and the size of most other entries is known from their abbreviation.
/// </summary>
internal sealed class FunctionWalk
{
    private readonly UnitQueue _queue;
    private readonly CodeSections _code;
    private readonly DwarfFile _dwarf;
    private readonly DebugStrings _strings;
    private readonly SourceFileTable _files = new();

    private FunctionWalk(DwarfFile dwarf)
    {
        _dwarf = dwarf;
        _strings = new DebugStrings(dwarf);
        _queue = new UnitQueue(dwarf);
        _code = new CodeSections(dwarf.Elf);
    }

    /// <summary>Every address range of a function, ascending by address.</summary>
    public CodeRange[] Ranges { get; private set; } = [];

    /// <summary>
    /// The functions that were inlined at least once. Those that also have code are in <see cref="Ranges"/> too.
    /// </summary>
    public InlinedFunction[] Inlined { get; private set; } = [];

    /// <summary>
    /// The distinct source files: paths without <c>.</c> and <c>..</c>, below the compilation directory where that is absolute.
    /// </summary>
    public IReadOnlyList<string> Files => _files.Paths;

    /// <summary>The main files of the units, as in <see cref="Files"/>, with their compilation directories.</summary>
    public IReadOnlyCollection<(string Path, string Directory)> UnitFiles { get; private set; } = [];

    /// <summary>Units that could not be read to their end.</summary>
    public int DamagedUnits => _queue.DamagedUnits;

    /// <summary>The damage of the first of them; null when there is none.</summary>
    public string? FirstDamage => _queue.FirstDamage;

    // The address ranges of the units, ascending by address.
    private (ulong Low, ulong High, int Unit)[] UnitRanges { get; set; } = [];

    /// <summary>Walks a file.</summary>
    /// <param name="dwarf">The file, which has .debug_info.</param>
    /// <param name="threads">The number of threads, at least 1.</param>
    /// <param name="cancel">Cancels the walk.</param>
    /// <exception cref="KernelMagnifierException">Too much of the debug information is damaged, or it is split.</exception>
    public static FunctionWalk Run(DwarfFile dwarf, int threads, CancellationToken cancel)
    {
        if (dwarf.Abbreviations is null)
            throw DebugFileError.DamagedInformation(dwarf.Elf.Path, "the section .debug_abbrev is missing");
        var walk = new FunctionWalk(dwarf);
        var chunks = Math.Max(1, (int)(dwarf.Info!.Length / UnitQueue.ChunkSize));
        var walkers = walk.RunWalkers(Math.Clamp(threads, 1, chunks), cancel);
        if (walk._queue.IsTooDamaged) throw DebugFileError.DamagedInformation(dwarf.Elf.Path, walk.FirstDamage);
        var ranges = new CodeRange[walkers.Sum(w => w.Ranges.Count)];
        var keys = new ulong[ranges.Length];
        var at = 0;
        foreach (var walker in walkers)
            foreach (var range in walker.Ranges)
                (keys[at], ranges[at++]) = (range.Low, range);
        Array.Sort(keys, ranges);
        walk.Ranges = ranges;
        walk.Inlined = [.. walkers.SelectMany(w => w.Inlined).Distinct(new SeededComparer<InlinedFunction>())];
        walk.UnitRanges = [.. walkers.SelectMany(w => w.UnitRanges).OrderBy(r => r.Low)];
        walk.UnitFiles = [.. walkers.SelectMany(w => w.MainFiles).Distinct()];
        return walk;
    }

    /// <summary>The bytes of a name.</summary>
    public ReadOnlySpan<byte> Text(StringPlace place) => _strings.Bytes(place);

    /// <summary>
    /// Finds the file and line of code in the line tables, for functions whose entries do not have both: those of assembler
    /// sources.
    /// </summary>
    /// <param name="wanted">Addresses with their unit; -1 when the unit is unknown.</param>
    /// <param name="cancel">Cancels the search.</param>
    public Dictionary<ulong, (int File, int Line)> FindLines(
        IEnumerable<(ulong Address, int Unit)> wanted, CancellationToken cancel)
    {
        var found = new Dictionary<ulong, (int, int)>(new NumberComparer());
        var sorted = wanted.Select(w => (Unit: w.Unit >= 0 ? w.Unit : UnitCovering(w.Address), w.Address))
            .Where(w => w.Unit >= 0).Order().ToList();
        var walker = NewWalker();
        for (int i = 0, end; i < sorted.Count; i = end)
        {
            cancel.ThrowIfCancellationRequested();
            var addresses = new List<ulong>();
            for (end = i; end < sorted.Count && sorted[end].Unit == sorted[i].Unit; end++)
                if (addresses.Count == 0 || addresses[^1] != sorted[end].Address)
                    addresses.Add(sorted[end].Address);
            walker.FindLines(sorted[i].Unit, [.. addresses], found);
        }
        return found;
    }

    private UnitWalker NewWalker() => new(_dwarf, _queue, _code, _strings, _files);

    private UnitWalker[] RunWalkers(int threads, CancellationToken cancel)
    {
        if (threads == 1)
        {
            var walker = NewWalker();
            walker.Walk(cancel);
            return [walker];
        }
        using var workers = new WorkerGroup<UnitWalker>(cancel);
        for (var i = 0; i < threads; i++)
            workers.Start(() =>
            {
                var walker = NewWalker();
                walker.Walk(workers.Stopping);
                return walker;
            });
        try
        {
            return [.. workers.Finish(null)];
        }
        catch
        {
            workers.Stop(wait: true);
            throw;
        }
    }

    private int UnitCovering(ulong address)
    {
        // The ranges of units do not overlap, so the last one that starts at or before the address is the only candidate.
        int low = 0, high = UnitRanges.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (UnitRanges[middle].Low <= address) low = middle + 1;
            else high = middle;
        }
        return low > 0 && address < UnitRanges[low - 1].High ? UnitRanges[low - 1].Unit : -1;
    }
}
