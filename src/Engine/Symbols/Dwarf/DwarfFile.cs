using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The debug sections of one ELF file and the list of its units.</summary>
internal sealed class DwarfFile : IDisposable
{
    /// <summary>
    /// The bytes that are read at once to list the units. Most units are far larger and need not be read for their headers alone.
    /// </summary>
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

    /// <summary>The units of .debug_info in the order of their offsets.</summary>
    public List<UnitHeader> Units { get; } = [];

    /// <summary>The number of units whose version or header is not supported.</summary>
    public int UnsupportedUnits { get; private set; }

    /// <summary>The supplementary file, to which dwz moved entries that several files share; null when there is none.</summary>
    public DwarfFile? Supplementary { get; private set; }

    /// <summary>Warnings for the user, such as a missing supplementary file.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>Opens the debug sections of a file. Without debug information, <see cref="Info"/> is null.</summary>
    /// <param name="elf">The file. The new object disposes it.</param>
    /// <param name="debugRoots">Directories with a .build-id directory, to find the supplementary file in; null when this is the
    /// supplementary file.</param>
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
        if (debugRoots is not null) file.Supplementary = SupplementaryFile.Open(elf, debugRoots, file.Warnings);
        return file;
    }

    /// <summary>The index of the unit that contains an offset of .debug_info.</summary>
    /// <exception cref="DamagedException">No unit contains it.</exception>
    public int UnitAt(long offset)
    {
        int low = 0, high = Units.Count;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (Units[middle].End <= offset) low = middle + 1;
            else high = middle;
        }
        return low < Units.Count && Units[low].Offset <= offset ? low
            : throw new DamagedException($"a reference to {offset}, which is outside all units");
    }

    /// <summary>The offset of a string in .debug_str by its index (DWARF 5, 7.26).</summary>
    public ulong StringAt(ulong index, ulong @base, int offsetSize)
    {
        if (StringOffsets is not { } section) throw new DamagedException("an index into the missing section .debug_str_offsets");
        if (index > uint.MaxValue) throw new DamagedException($"string index {index}");
        var offset = @base + index * (ulong)offsetSize;
        var cursor = new DwarfCursor(section.From(offset), section, (long)offset);
        return cursor.Reference(offsetSize);
    }

    /// <summary>An address by its index (DWARF 5, 7.27).</summary>
    public ulong AddressAt(ulong index, ulong @base, int addressSize)
    {
        if (Addresses is not { } section) throw new DamagedException("an index into the missing section .debug_addr");
        if (index > uint.MaxValue) throw new DamagedException($"address index {index}");
        var offset = @base + index * (ulong)addressSize;
        var cursor = new DwarfCursor(section.From(offset), section, (long)offset);
        return cursor.Reference(addressSize);
    }

    private void ListUnits()
    {
        var buffer = new byte[HeaderWindow];
        ReadOnlySpan<byte> window = [];
        for (long offset = 0, start = 0; offset + 11 <= Info!.Length;)
        {
            // The headers of small units share a window.
            if (offset + 32 > start + window.Length)
            {
                start = offset;
                window = Info.Window(offset, HeaderWindow, ref buffer);
            }
            var cursor = new DwarfCursor(window, Info, start) { Position = (int)(offset - start) };
            var length = cursor.InitialLength(out var offsetSize);
            var total = length + (offsetSize == 8 ? 12ul : 4);
            if (total > (ulong)(Info.Length - offset))
                throw new DamagedException($"the unit at {offset} of .debug_info extends past the end of the section");
            if (length > 7) ReadHeader(ref cursor, offset, (long)total, offsetSize);
            offset += (long)total;
        }
    }

    private void ReadHeader(ref DwarfCursor cursor, long offset, long total, int offsetSize)
    {
        const byte Compile = 1, Partial = 3, Skeleton = 4, SplitCompile = 5; // DW_UT_*
        var version = cursor.U16();
        var type = Compile;
        byte addressSize;
        ulong abbreviations;
        if (version is 5)
        {
            type = cursor.U8();
            addressSize = cursor.U8();
            abbreviations = cursor.Reference(offsetSize);
            if (type is Skeleton or SplitCompile) cursor.U64();
        }
        else
        {
            abbreviations = cursor.Reference(offsetSize);
            addressSize = cursor.U8();
        }
        var headerSize = (int)(cursor.Offset - offset);
        if (version is < 2 or > 5 || addressSize is not (4 or 8) || headerSize > total) UnsupportedUnits++;
        // Type units have no functions.
        else if (type is Compile or Partial or Skeleton or SplitCompile)
            Units.Add(new UnitHeader(offset, total, headerSize, version, addressSize, (byte)offsetSize, abbreviations));
    }

    public void Dispose()
    {
        Supplementary?.Dispose();
        Elf.Dispose();
    }
}
