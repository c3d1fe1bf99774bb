using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>The attributes of a unit's root entry that locate its code.</summary>
internal struct UnitRoot
{
    public Tag Tag;
    public Form LowForm;
    public Form HighForm;
    public ulong High;
    public Form RangesForm;
    public ulong Ranges;

    /// <summary>Reads the root entry of a unit into the unit and into a new value.</summary>
    /// <param name="unit">The unit. <see cref="DwarfUnit.Begin"/> is called.</param>
    /// <param name="file">The file of the unit.</param>
    /// <param name="index">The index of the unit in <see cref="DwarfFile.Units"/>.</param>
    /// <param name="bytes">The start of the unit, its header included.</param>
    /// <param name="strings">Locates names.</param>
    /// <exception cref="DamagedException">The unit is damaged.</exception>
    /// <exception cref="EndOfDataException"><paramref name="bytes"/> is too short, or the unit is damaged.</exception>
    /// <exception cref="KernelMagnifierException">The debug information is split.</exception>
    public static UnitRoot Read(DwarfUnit unit, DwarfFile file, int index, ReadOnlySpan<byte> bytes, StringLocator strings)
    {
        unit.Begin(file, index);
        var header = unit.Header;
        var cursor = new DwarfCursor(bytes, file.Info, header.Offset) { Position = header.HeaderSize };
        ref readonly var abbreviation = ref unit.Table.Find(cursor.Uleb());
        if (abbreviation.Tag is not (Tag.CompileUnit or Tag.PartialUnit or Tag.SkeletonUnit))
            throw new DamagedException($"a unit whose root entry has tag 0x{(int)abbreviation.Tag:x}");
        var root = new UnitRoot { Tag = abbreviation.Tag };
        Form nameForm = Form.None, directoryForm = Form.None;
        ulong name = 0, directory = 0, low = 0;
        if (abbreviation.Count > 64) file.Budget.Spend(abbreviation.Count);
        for (var i = abbreviation.First; i < abbreviation.First + abbreviation.Count; i++)
        {
            ref readonly var attribute = ref unit.Table.Attributes[i];
            var form = attribute.Form;
            var value = DwarfForms.Read(ref cursor, ref form, attribute.ImplicitConstant, header.AddressSize, header.OffsetSize,
                header.Version);
            switch (attribute.Attribute)
            {
                case Attr.Name: (name, nameForm) = (value, form); break;
                case Attr.CompilationDirectory: (directory, directoryForm) = (value, form); break;
                case Attr.StatementList: unit.StatementList = value; break;
                case Attr.LowPc: (low, root.LowForm) = (value, form); break;
                case Attr.HighPc: (root.High, root.HighForm) = (value, form); break;
                case Attr.Ranges: (root.Ranges, root.RangesForm) = (value, form); break;
                case Attr.Language: unit.HasNestedFunctions = IsLanguageWithNestedFunctions(value); break;
                case Attr.StringOffsetsBase: unit.StringOffsetsBase = value; break;
                case Attr.AddressBase or Attr.GnuAddressBase: unit.AddressBase = value; break;
                case Attr.RangeListsBase: unit.RangeListsBase = value; break;
                case Attr.SplitName or Attr.GnuSplitName: throw Split(file.Elf.Path);
            }
        }
        unit.FirstEntry = abbreviation.HasChildren ? cursor.Position : bytes.Length;
        // These may depend on a base attribute that follows them.
        unit.Name = nameForm == Form.None ? default : strings.Locate(unit, nameForm, name);
        unit.Directory = directoryForm == Form.None ? default : strings.Locate(unit, directoryForm, directory);
        if (root.LowForm != Form.None) unit.LowPc = unit.Address(root.LowForm, low);
        return root;
    }

    /// <summary>DW_LANG_*: C++ in its editions, Rust.</summary>
    private static bool IsLanguageWithNestedFunctions(ulong language) => language is 0x1c or 0x04 or 0x1a or 0x21 or 0x2b;

    private static KernelMagnifierException Split(string path) => new(ErrorCode.DebugInformationUnreadable, path,
        "the file has split debug information (-gsplit-dwarf): its functions are in .dwo files, which no distribution ships.",
        "Use a kernel that was built without CONFIG_DEBUG_INFO_SPLIT.");
}
