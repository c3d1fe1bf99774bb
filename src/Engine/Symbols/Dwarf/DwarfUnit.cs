namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// A unit during the walk: its header, the attributes of its root entry, its abbreviations and its line table. An instance is
/// reused.
/// </summary>
internal sealed class DwarfUnit
{
    public readonly AbbreviationTable Table = new();
    public readonly LineTable Lines = new();
    public DwarfFile File = null!;
    public UnitHeader Header;

    /// <summary>The index in <see cref="DwarfFile.Units"/>.</summary>
    public int Index;

    /// <summary>The offset of the line table in .debug_line; null when the unit has none.</summary>
    public ulong? StatementList;
    public StringPlace Name;
    public StringPlace Directory;

    /// <summary>The decoded <see cref="Directory"/>; null until it is needed.</summary>
    public string? DirectoryText;
    public ulong StringOffsetsBase;
    public ulong AddressBase;
    public ulong RangeListsBase;
    public ulong LowPc;

    /// <summary>Whether functions may be inside namespaces and types, as in C++ and Rust.</summary>
    public bool HasNestedFunctions;

    /// <summary>The position of the first entry after the root in the unit.</summary>
    public int FirstEntry;

    /// <summary>Whether <see cref="Lines"/> is the table of this unit.</summary>
    public bool LinesAreRead;

    /// <summary>
    /// By file number: 0 when it was not looked up yet, else the id of the file + 2, or 1 when it has none. See <see
    /// cref="SourceFileReader"/>.
    /// </summary>
    public int[] FileIds = [];

    /// <summary>Prepares the instance for another unit and reads its abbreviations.</summary>
    public void Begin(DwarfFile file, int index)
    {
        var header = file.Units[index];
        (File, Header, Index) = (file, header, index);
        (StatementList, Name, Directory, DirectoryText) = (null, default, default, null);
        (LowPc, LinesAreRead, HasNestedFunctions) = (0, false, false);
        // Without a base attribute the tables start after their own header.
        StringOffsetsBase = header.OffsetSize == 8 ? 16ul : 8;
        AddressBase = header.Version >= 5 ? (header.OffsetSize == 8 ? 16ul : 8) : 0;
        RangeListsBase = header.OffsetSize == 8 ? 20ul : 12;
        var abbreviations = file.Abbreviations ?? throw new Elf.DamagedException("the section .debug_abbrev is missing");
        Table.Read(abbreviations, header.Abbreviations, header.AddressSize, header.OffsetSize, header.Version, file.Budget);
    }

    /// <summary>The address that an attribute value means: the value, or an entry of .debug_addr.</summary>
    public ulong Address(Form form, ulong value)
        => IsAddressIndex(form) ? File.AddressAt(value, AddressBase, Header.AddressSize) : value;

    /// <summary>Whether the value of a form is an index into .debug_addr.</summary>
    public static bool IsAddressIndex(Form form)
        => form is Form.AddressIndex or Form.AddressIndex1 or Form.AddressIndex2 or Form.AddressIndex3 or Form.AddressIndex4
            or Form.GnuAddressIndex;
}
