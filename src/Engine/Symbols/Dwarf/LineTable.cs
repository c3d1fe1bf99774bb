using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// One unit's line table (DWARF 5, 6.2): its files, and, where asked for, the lines of addresses. One instance serves unit after unit.
/// </summary>
internal sealed class LineTable
{
    private StringPlace[] _directories = new StringPlace[64];
    private (StringPlace Name, ulong Directory)[] _files = new (StringPlace, ulong)[512];
    private readonly List<(ulong Kind, Form Form)> _format = [];
    private readonly List<byte> _operands = [];
    private ulong _offset;
    private int _directoryCount;
    private int _offsetSize;
    private int _addressSize;
    private int _programAt;
    private int _end;
    private byte _minimumLength;
    private byte _operationsPerInstruction;
    private sbyte _lineBase;
    private byte _lineRange;
    private byte _opcodeBase;

    /// <summary>The version of the table, which may differ from its unit's.</summary>
    public int Version { get; private set; }

    /// <summary>Files the table knows; numbers start at 0 from version 5 on and at 1 before.</summary>
    public int FileCount { get; private set; }

    /// <summary>A file's own name and its directory's, both as they stand, and whether the directory is the one compiled in.</summary>
    public bool TryGetFile(ulong number, out StringPlace name, out StringPlace directory, out bool isCompilationDirectory)
    {
        var index = Version >= 5 ? number : number - 1;
        (name, directory, isCompilationDirectory) = (default, default, false);
        if (index >= (ulong)FileCount) return false;
        (name, var at) = _files[index];
        isCompilationDirectory = at == 0;
        if (Version < 5)
        {
            if (at == 0) return true;
            at--;
        }
        if (at >= (ulong)_directoryCount) return false;
        directory = _directories[at];
        return true;
    }

    /// <summary>Reads the header of the table at a place of .debug_line.</summary>
    public void Read(DwarfFile file, ulong offset, int addressSize, ulong stringOffsetsBase)
    {
        (FileCount, _directoryCount) = (0, 0);
        var section = file.Line ?? throw new DamagedException("a reference into .debug_line, which is not there");
        var data = section.From(offset);
        var cursor = new DwarfCursor(data, section, (long)offset);
        var length = cursor.InitialLength(out _offsetSize);
        if (length > (ulong)(data.Length - cursor.At)) throw new DamagedException($"the line table at {offset} reaches beyond the section's end");
        _offset = offset;
        _end = cursor.At + (int)length;
        cursor = new DwarfCursor(data[.._end], section, (long)offset) { At = cursor.At };
        Version = cursor.U16();
        if (Version is < 2 or > 5) throw new DamagedException($"a line table of version {Version}");
        _addressSize = addressSize;
        if (Version >= 5)
        {
            _addressSize = cursor.U8();
            cursor.U8();
        }
        var headerLength = _offsetSize == 8 ? cursor.U64() : cursor.U32();
        if (headerLength > (ulong)(_end - cursor.At)) throw new DamagedException($"the header of the line table at {offset} is longer than the table");
        _programAt = cursor.At + (int)headerLength;
        _minimumLength = cursor.U8();
        _operationsPerInstruction = Version >= 4 ? cursor.U8() : (byte)1;
        cursor.U8();
        _lineBase = (sbyte)cursor.U8();
        _lineRange = cursor.U8();
        _opcodeBase = cursor.U8();
        _operands.Clear();
        for (var i = 1; i < _opcodeBase; i++) _operands.Add(cursor.U8());
        if (Version >= 5)
        {
            ReadEntries(ref cursor, file, stringOffsetsBase, directories: true);
            ReadEntries(ref cursor, file, stringOffsetsBase, directories: false);
        }
        else
        {
            while (true)
            {
                var at = cursor.Offset;
                if (cursor.String().IsEmpty) break;
                AddDirectory(new StringPlace(StringSection.Line, (ulong)at));
            }
            while (true)
            {
                var at = cursor.Offset;
                if (cursor.String().IsEmpty) break;
                var directory = cursor.Uleb();
                cursor.Uleb();
                cursor.Uleb();
                AddFile(new StringPlace(StringSection.Line, (ulong)at), directory);
            }
        }
        file.Budget.Spend(cursor.At);
    }

    /// <summary>
    /// Runs the table's program and gives each address the file and line of the row that covers it.
    /// </summary>
    /// <param name="file">The file the table was read from.</param>
    /// <param name="wanted">Addresses, ascending.</param>
    /// <param name="found">For each, file number and line; (0, 0) where the table has none.</param>
    public void FindLines(DwarfFile file, ReadOnlySpan<ulong> wanted, Span<(ulong File, int Line)> found)
    {
        var section = file.Line!;
        var cursor = new DwarfCursor(section.From(_offset)[.._end], section, (long)_offset) { At = _programAt };
        file.Budget.Spend(_end - _programAt);
        ulong address = 0, fileNumber = 1, lastAddress = 0, lastFile = 1;
        long line = 1, lastLine = 0;
        var inSequence = false;
        var steps = 0;
        while (!cursor.IsAtEnd)
        {
            var opcode = cursor.U8();
            var emits = false;
            var ends = false;
            if (opcode >= _opcodeBase)
            {
                if (_lineRange == 0) throw new DamagedException("a line table with a line range of 0");
                var adjusted = opcode - _opcodeBase;
                Advance(ref address, (ulong)(adjusted / _lineRange));
                line += _lineBase + adjusted % _lineRange;
                emits = true;
            }
            else if (opcode == 0)
            {
                var length = cursor.Uleb();
                if (length > (ulong)(cursor.Length - cursor.At)) throw new DamagedException("an opcode longer than its line table");
                var next = cursor.At + (int)length;
                if (length > 0)
                {
                    var extended = cursor.U8();
                    if (extended == 1) (emits, ends) = (true, true);
                    else if (extended == 2) address = cursor.Reference(length == 5 ? 4 : 8);
                }
                if (cursor.At > next) throw new DamagedException("an opcode longer than it says");
                cursor.At = next;
            }
            else
            {
                switch (opcode)
                {
                    case 1: emits = true; break;
                    case 2: Advance(ref address, cursor.Uleb()); break;
                    case 3: line += cursor.Sleb(); break;
                    case 4: fileNumber = cursor.Uleb(); break;
                    case 8:
                        if (_lineRange == 0) throw new DamagedException("a line table with a line range of 0");
                        Advance(ref address, (ulong)((255 - _opcodeBase) / _lineRange));
                        break;
                    case 9: address += cursor.U16(); break;
                    default:
                        for (var i = _operands[opcode - 1]; i > 0; i--) cursor.Uleb();
                        break;
                }
            }
            if (!emits) continue;
            if (inSequence && address > lastAddress)
            {
                for (var i = LowerBound(wanted, lastAddress); i < wanted.Length && wanted[i] < address; i++)
                {
                    if ((++steps & 0xffff) == 0) file.Budget.Spend(steps);
                    if (found[i].Line == 0 && lastLine is > 0 and <= int.MaxValue) found[i] = (lastFile, (int)lastLine);
                }
            }
            inSequence = !ends;
            (lastAddress, lastFile, lastLine) = (address, fileNumber, line);
            if (ends) (address, fileNumber, line) = (0, 1, 1);
        }
    }

    private void Advance(ref ulong address, ulong by) => address += _minimumLength * (_operationsPerInstruction <= 1 ? by : by / _operationsPerInstruction);

    private void ReadEntries(ref DwarfCursor cursor, DwarfFile file, ulong stringOffsetsBase, bool directories)
    {
        _format.Clear();
        for (var formats = cursor.U8(); formats > 0; formats--)
            _format.Add((cursor.Uleb(), (Form)Math.Min(cursor.Uleb(), ushort.MaxValue)));
        var count = cursor.Uleb();
        if (count > 0 && _format.Count == 0) throw new DamagedException("a line table with entries of no form");
        // Every entry has a byte at least, unless somebody made a form of nothing.
        if (count > (ulong)(cursor.Length - cursor.At)) throw new DamagedException($"a line table that claims {count} entries");
        for (; count > 0; count--)
        {
            StringPlace name = default;
            ulong directory = 0;
            var before = cursor.At;
            foreach (var (kind, form) in _format)
            {
                var actual = form;
                var value = DwarfForms.Read(ref cursor, ref actual, 0, _addressSize, _offsetSize, 5);
                if (kind == 1)
                    name = actual switch
                    {
                        Form.String => new StringPlace(StringSection.Line, value),
                        Form.LineStringOffset => new StringPlace(StringSection.LineStrings, value),
                        Form.StringOffset => new StringPlace(StringSection.Strings, value),
                        Form.StringSupplementary or Form.GnuStringAlternate => new StringPlace(StringSection.AlternateStrings, value),
                        Form.StringIndex or Form.StringIndex1 or Form.StringIndex2 or Form.StringIndex3 or Form.StringIndex4
                            => new StringPlace(StringSection.Strings, file.StringAt(value, stringOffsetsBase, _offsetSize)),
                        _ => default,
                    };
                else if (kind == 2) directory = value;
            }
            if (cursor.At == before) throw new DamagedException("a line table with entries of no size");
            if (directories) AddDirectory(name);
            else AddFile(name, directory);
        }
    }

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

    private static int LowerBound(ReadOnlySpan<ulong> values, ulong value)
    {
        var at = values.BinarySearch(value);
        if (at < 0) return ~at;
        while (at > 0 && values[at - 1] == value) at--;
        return at;
    }
}
