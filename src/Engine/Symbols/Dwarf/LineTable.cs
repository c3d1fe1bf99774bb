using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// The header of one unit's line table (DWARF 5, 6.2.4): its directories and files. An instance is reused for one unit after
/// another.
/// </summary>
internal sealed class LineTable
{
    private const ulong Path = 1, DirectoryIndex = 2; // DW_LNCT_*

    private StringPlace[] _directories = new StringPlace[64];
    private (StringPlace Name, ulong Directory)[] _files = new (StringPlace, ulong)[512];
    private readonly List<(ulong Kind, Form Form)> _format = [];
    private readonly List<byte> _operandCounts = [];
    private int _directoryCount;
    private int _offsetSize;
    private int _addressSize;

    /// <summary>The version of the table, which may differ from the version of its unit.</summary>
    public int Version { get; private set; }

    /// <summary>The number of files. File numbers start at 0 from version 5 on, and at 1 before.</summary>
    public int FileCount { get; private set; }

    /// <summary>The offset of the table in .debug_line.</summary>
    public ulong Offset { get; private set; }

    /// <summary>The offset of the line program in the table.</summary>
    public int ProgramOffset { get; private set; }

    /// <summary>The size of the table in bytes.</summary>
    public int Size { get; private set; }

    // The parameters of the line program (DWARF 5, 6.2.4).
    public byte MinimumInstructionLength { get; private set; }

    public byte OperationsPerInstruction { get; private set; }

    public sbyte LineBase { get; private set; }

    public byte LineRange { get; private set; }

    public byte OpcodeBase { get; private set; }

    /// <summary>The number of operands of each standard opcode, from opcode 1 on.</summary>
    public IReadOnlyList<byte> OperandCounts => _operandCounts;

    /// <summary>Finds a file by its number.</summary>
    /// <param name="number">The file number.</param>
    /// <param name="name">The file name as written; it may be a path.</param>
    /// <param name="directory">The directory as written; none for the compilation directory before version 5.</param>
    /// <param name="isCompilationDirectory">Whether the directory is the compilation directory.</param>
    public bool TryGetFile(ulong number, out StringPlace name, out StringPlace directory, out bool isCompilationDirectory)
    {
        var index = Version >= 5 ? number : number - 1;
        (name, directory, isCompilationDirectory) = (default, default, false);
        if (index >= (ulong)FileCount) return false;
        (name, var directoryIndex) = _files[index];
        isCompilationDirectory = directoryIndex == 0;
        if (Version < 5)
        {
            if (directoryIndex == 0) return true;
            directoryIndex--;
        }
        if (directoryIndex >= (ulong)_directoryCount) return false;
        directory = _directories[directoryIndex];
        return true;
    }

    /// <summary>Reads the header of a table.</summary>
    /// <param name="file">The file.</param>
    /// <param name="offset">The offset of the table in .debug_line.</param>
    /// <param name="addressSize">The size of an address in the unit, in bytes.</param>
    /// <param name="stringOffsetsBase">The unit's base in .debug_str_offsets.</param>
    /// <exception cref="DamagedException">The table is damaged.</exception>
    public void Read(DwarfFile file, ulong offset, int addressSize, ulong stringOffsetsBase)
    {
        (FileCount, _directoryCount) = (0, 0);
        var section = file.Line ?? throw new DamagedException("a reference into the missing section .debug_line");
        var data = section.From(offset);
        var cursor = new DwarfCursor(data, section, (long)offset);
        var length = cursor.InitialLength(out _offsetSize);
        if (length > (ulong)(data.Length - cursor.Position))
            throw new DamagedException($"the line table at {offset} extends past the end of the section");
        Offset = offset;
        Size = cursor.Position + (int)length;
        cursor = new DwarfCursor(data[..Size], section, (long)offset) { Position = cursor.Position };
        Version = cursor.U16();
        if (Version is < 2 or > 5) throw new DamagedException($"a line table of version {Version}");
        _addressSize = addressSize;
        if (Version >= 5)
        {
            _addressSize = cursor.U8();
            cursor.U8();
        }
        ReadParameters(ref cursor);
        if (Version >= 5)
        {
            ReadEntries(ref cursor, file, stringOffsetsBase, directories: true);
            ReadEntries(ref cursor, file, stringOffsetsBase, directories: false);
        }
        else ReadOldEntries(ref cursor);
        file.Budget.Spend(cursor.Position);
    }

    private void ReadParameters(ref DwarfCursor cursor)
    {
        var headerLength = _offsetSize == 8 ? cursor.U64() : cursor.U32();
        if (headerLength > (ulong)(Size - cursor.Position))
            throw new DamagedException($"the header of the line table at {Offset} is longer than the table");
        ProgramOffset = cursor.Position + (int)headerLength;
        MinimumInstructionLength = cursor.U8();
        OperationsPerInstruction = Version >= 4 ? cursor.U8() : (byte)1;
        cursor.U8();
        LineBase = (sbyte)cursor.U8();
        LineRange = cursor.U8();
        OpcodeBase = cursor.U8();
        _operandCounts.Clear();
        for (var i = 1; i < OpcodeBase; i++) _operandCounts.Add(cursor.U8());
    }

    /// <summary>
    /// Reads the directories and files of a table before version 5: lists of strings that end with an empty one.
    /// </summary>
    private void ReadOldEntries(ref DwarfCursor cursor)
    {
        while (true)
        {
            var offset = cursor.Offset;
            if (cursor.String().IsEmpty) break;
            AddDirectory(new StringPlace(StringSection.Line, (ulong)offset));
        }
        while (true)
        {
            var offset = cursor.Offset;
            if (cursor.String().IsEmpty) break;
            var directory = cursor.Uleb();
            cursor.Uleb();
            cursor.Uleb();
            AddFile(new StringPlace(StringSection.Line, (ulong)offset), directory);
        }
    }

    private void ReadEntries(ref DwarfCursor cursor, DwarfFile file, ulong stringOffsetsBase, bool directories)
    {
        _format.Clear();
        for (var formats = cursor.U8(); formats > 0; formats--)
            _format.Add((cursor.Uleb(), (Form)Math.Min(cursor.Uleb(), ushort.MaxValue)));
        var count = cursor.Uleb();
        if (count > 0 && _format.Count == 0) throw new DamagedException("a line table whose entries have no form");
        // An entry takes at least one byte; only a made-up form takes none.
        if (count > (ulong)(cursor.Length - cursor.Position))
            throw new DamagedException($"a line table that claims {count} entries");
        for (; count > 0; count--)
        {
            StringPlace name = default;
            ulong directory = 0;
            var before = cursor.Position;
            foreach (var (kind, form) in _format)
            {
                var actual = form;
                var value = DwarfForms.Read(ref cursor, ref actual, 0, _addressSize, _offsetSize, 5);
                if (kind == Path) name = PlaceOf(file, actual, value, stringOffsetsBase);
                else if (kind == DirectoryIndex) directory = value;
            }
            if (cursor.Position == before) throw new DamagedException("a line table whose entries have no size");
            if (directories) AddDirectory(name);
            else AddFile(name, directory);
        }
    }

    private StringPlace PlaceOf(DwarfFile file, Form form, ulong value, ulong stringOffsetsBase) => form switch
    {
        Form.String => new StringPlace(StringSection.Line, value),
        Form.LineStringOffset => new StringPlace(StringSection.LineStrings, value),
        Form.StringOffset => new StringPlace(StringSection.Strings, value),
        Form.StringSupplementary or Form.GnuStringAlternate => new StringPlace(StringSection.SupplementaryStrings, value),
        Form.StringIndex or Form.StringIndex1 or Form.StringIndex2 or Form.StringIndex3 or Form.StringIndex4
            => new StringPlace(StringSection.Strings, file.StringAt(value, stringOffsetsBase, _offsetSize)),
        _ => default,
    };

    private void AddDirectory(StringPlace name)
    {
        if (_directoryCount == _directories.Length) Array.Resize(ref _directories, _directoryCount * 2);
        _directories[_directoryCount++] = name;
    }

    private void AddFile(StringPlace name, ulong directory)
    {
        if (FileCount == _files.Length) Array.Resize(ref _files, FileCount * 2);
        _files[FileCount++] = (name, directory);
    }
}
