using System.Text;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The debug sections of one ELF file, and the list of its units.</summary>
internal sealed class DwarfFile : IDisposable
{
    /// <summary>What is read at once to list units: most of them are far larger, and are not to be read for their headers alone.</summary>
    private const int HeaderWindow = 1024;

    private DwarfFile(ElfFile elf)
    {
        Elf = elf;
        Symbols = new ElfSymbols(elf);
        Budget = new WorkBudget(64 * elf.Length + (256L << 20));
    }

    public ElfFile Elf { get; }

    public ElfSymbols Symbols { get; }

    public WorkBudget Budget { get; }

    public DebugSection? Info { get; private init; }

    public DebugSection? Abbreviations { get; private init; }

    public DebugSection? Line { get; private init; }

    public DebugSection? Strings { get; private init; }

    public DebugSection? LineStrings { get; private init; }

    public DebugSection? Ranges { get; private init; }

    public DebugSection? RangeLists { get; private init; }

    public DebugSection? Addresses { get; private init; }

    public DebugSection? StringOffsets { get; private init; }

    /// <summary>The units of .debug_info in their order.</summary>
    public List<UnitHeader> Units { get; } = [];

    /// <summary>Units whose version or header is not understood.</summary>
    public int StrangeUnits { get; private set; }

    /// <summary>The file that dwz moved common entries to, or null.</summary>
    public DwarfFile? Alternate { get; private set; }

    /// <summary>What a user should know: a supplementary file that is missing, a section that cannot be unpacked.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Opens a file's debug sections. A file without them has no <see cref="Info"/>.</summary>
    /// <param name="elf">The file; closed with this.</param>
    /// <param name="debugRoots">Folders with .build-id below, for the file dwz made; null when this is that file.</param>
    public static DwarfFile Open(ElfFile elf, IReadOnlyList<string>? debugRoots)
    {
        var symbols = elf.IsRelocatable ? new ElfSymbols(elf) : null;
        var file = new DwarfFile(elf)
        {
            Info = DebugSection.Open(elf, "info", symbols, windowed: true),
            Abbreviations = DebugSection.Open(elf, "abbrev", symbols),
            Line = DebugSection.Open(elf, "line", symbols),
            Strings = DebugSection.Open(elf, "str", symbols),
            LineStrings = DebugSection.Open(elf, "line_str", symbols),
            Ranges = DebugSection.Open(elf, "ranges", symbols),
            RangeLists = DebugSection.Open(elf, "rnglists", symbols),
            Addresses = DebugSection.Open(elf, "addr", symbols),
            StringOffsets = DebugSection.Open(elf, "str_offsets", symbols),
        };
        if (file.Info is null) return file;
        file.ListUnits();
        if (debugRoots is not null) file.OpenAlternate(debugRoots);
        return file;
    }

    /// <summary>The unit an offset of .debug_info is in.</summary>
    public int UnitAt(long offset)
    {
        int low = 0, high = Units.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Units[middle].End <= offset) low = middle + 1;
            else high = middle;
        }
        return low < Units.Count && Units[low].Offset <= offset ? low : throw new DamagedException($"a reference to {offset}, where no unit is");
    }

    /// <summary>An offset of a string by its index (DWARF 5, 7.26).</summary>
    public ulong StringAt(ulong index, ulong @base, int offsetSize)
    {
        if (StringOffsets is not { } section) throw new DamagedException("an index into .debug_str_offsets, which is not there");
        if (index > uint.MaxValue) throw new DamagedException($"string index {index}");
        var at = @base + index * (ulong)offsetSize;
        var cursor = new DwarfCursor(section.From(at), section, (long)at);
        return cursor.Reference(offsetSize);
    }

    /// <summary>An address by its index (DWARF 5, 7.27).</summary>
    public ulong AddressAt(ulong index, ulong @base, int addressSize)
    {
        if (Addresses is not { } section) throw new DamagedException("an index into .debug_addr, which is not there");
        if (index > uint.MaxValue) throw new DamagedException($"address index {index}");
        var at = @base + index * (ulong)addressSize;
        var cursor = new DwarfCursor(section.From(at), section, (long)at);
        return cursor.Reference(addressSize);
    }

    private void ListUnits()
    {
        var buffer = new byte[HeaderWindow];
        ReadOnlySpan<byte> window = [];
        for (long at = 0, start = 0; at + 11 <= Info!.Length;)
        {
            // Headers of small units share a window.
            if (at + 32 > start + window.Length)
            {
                start = at;
                window = Info.Window(at, HeaderWindow, ref buffer);
            }
            var cursor = new DwarfCursor(window, Info, start) { At = (int)(at - start) };
            var length = cursor.InitialLength(out var offsetSize);
            var total = length + (offsetSize == 8 ? 12ul : 4);
            if (total > (ulong)(Info.Length - at)) throw new DamagedException($"the unit at {at} of .debug_info reaches beyond the section's end");
            if (length > 7)
            {
                var version = cursor.U16();
                byte addressSize;
                ulong abbreviations;
                var kind = 1;
                if (version is 5)
                {
                    kind = cursor.U8();
                    addressSize = cursor.U8();
                    abbreviations = cursor.Reference(offsetSize);
                    if (kind is 4 or 5) cursor.U64();
                }
                else
                {
                    abbreviations = cursor.Reference(offsetSize);
                    addressSize = cursor.U8();
                }
                var headerSize = (int)(cursor.Offset - at);
                if (version is < 2 or > 5 || addressSize is not (4 or 8) || headerSize > (long)total) StrangeUnits++;
                // Type units (2 and 6) hold no functions.
                else if (kind is 1 or 3 or 4 or 5)
                    Units.Add(new UnitHeader(at, (long)total, headerSize, version, addressSize, (byte)offsetSize, abbreviations));
            }
            at += (long)total;
        }
    }

    private void OpenAlternate(IReadOnlyList<string> debugRoots)
    {
        if (AlternateLink() is not var (name, buildId)) return;
        var candidates = new List<string>();
        if (name.Length > 0) candidates.Add(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(Elf.Path)) ?? "/", name));
        if (buildId.Length > 4)
            foreach (var root in debugRoots)
            {
                candidates.Add(Path.Combine(root, ".build-id", buildId[..2], buildId[2..] + ".debug"));
                candidates.Add(Path.Combine(root, ".dwz", Path.GetFileName(name)));
            }
        foreach (var candidate in candidates)
        {
            if (!File.Exists(candidate)) continue;
            try
            {
                var elf = ElfFile.Open(candidate);
                if (buildId.Length > 0 && elf.BuildId is not null && elf.BuildId != buildId)
                {
                    elf.Dispose();
                    continue;
                }
                Alternate = Open(elf, null);
                return;
            }
            catch (Exception error) when (error is TraceException or DamagedException or OutOfPieceException)
            {
                Warnings.Add($"{Elf.Path}: its supplementary debug file {candidate} cannot be used: {error.Message}");
            }
        }
        Warnings.Add($"{Elf.Path}: the supplementary debug file it was made with (dwz) is not found: {name}, build id {buildId}. Functions that are described there have no source; the debug package that brings this file brings that one too.");
    }

    /// <summary>.gnu_debugaltlink: a name, a zero, a build id; or DWARF 5's .debug_sup.</summary>
    private (string Name, string BuildId)? AlternateLink()
    {
        if (Elf.Find(".gnu_debugaltlink") is { Size: > 0 and < 65536 } link)
        {
            var bytes = Elf.Load(link);
            var end = Array.IndexOf(bytes, (byte)0);
            if (end > 0) return (Encoding.UTF8.GetString(bytes, 0, end), Convert.ToHexStringLower(bytes.AsSpan(end + 1)));
        }
        if (Elf.Find(".debug_sup") is { Size: > 4 and < 65536 } sup)
        {
            var cursor = new DwarfCursor(Elf.Load(sup));
            cursor.U16();
            if (cursor.U8() != 0) return null;
            var name = Encoding.UTF8.GetString(cursor.String());
            return (name, Convert.ToHexStringLower(cursor.Take((int)Math.Min(cursor.Uleb(), 1024))));
        }
        return null;
    }

    public void Dispose()
    {
        Alternate?.Dispose();
        Elf.Dispose();
    }
}
