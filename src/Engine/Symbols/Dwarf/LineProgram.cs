using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Runs the program of a line table (DWARF 5, 6.2.5), which yields rows of address, file and line.</summary>
internal ref struct LineProgram
{
    private readonly LineTable _table;
    private readonly DwarfFile _file;
    private DwarfCursor _cursor;
    private ulong _address;
    private ulong _fileNumber = 1;
    private long _line = 1;
    private int _steps;

    private LineProgram(DwarfFile file, LineTable table)
    {
        (_file, _table) = (file, table);
        var data = file.Line!.From(table.Offset)[..table.Size];
        _cursor = new DwarfCursor(data, file.Line, (long)table.Offset) { Position = table.ProgramOffset };
    }

    private enum Row
    {
        None,
        Emitted,
        EndOfSequence,
    }

    /// <summary>Finds the file and line of the row that covers each address.</summary>
    /// <param name="file">The file that the table was read from.</param>
    /// <param name="table">The table.</param>
    /// <param name="wanted">The addresses, ascending.</param>
    /// <param name="found">Receives the file number and the line of each address; (0, 0) where no row covers it.</param>
    /// <exception cref="DamagedException">The program is damaged.</exception>
    public static void FindLines(DwarfFile file, LineTable table, ReadOnlySpan<ulong> wanted, Span<(ulong File, int Line)> found)
    {
        file.Budget.Spend(table.Size - table.ProgramOffset);
        new LineProgram(file, table).Run(wanted, found);
    }

    private void Run(ReadOnlySpan<ulong> wanted, Span<(ulong File, int Line)> found)
    {
        ulong lastAddress = 0, lastFile = 1;
        long lastLine = 0;
        var inSequence = false;
        while (!_cursor.IsAtEnd)
        {
            var row = Step();
            if (row == Row.None) continue;
            if (inSequence && _address > lastAddress)
            {
                for (var i = LowerBound(wanted, lastAddress); i < wanted.Length && wanted[i] < _address; i++)
                {
                    if ((++_steps & 0xffff) == 0) _file.Budget.Spend(_steps);
                    if (found[i].Line == 0 && lastLine is > 0 and <= int.MaxValue) found[i] = (lastFile, (int)lastLine);
                }
            }
            inSequence = row != Row.EndOfSequence;
            (lastAddress, lastFile, lastLine) = (_address, _fileNumber, _line);
            if (row == Row.EndOfSequence) (_address, _fileNumber, _line) = (0, 1, 1);
        }
    }

    /// <summary>Executes one opcode.</summary>
    private Row Step()
    {
        var opcode = _cursor.U8();
        if (opcode >= _table.OpcodeBase)
        {
            var adjusted = opcode - _table.OpcodeBase;
            AdvanceBy(adjusted);
            _line += _table.LineBase + adjusted % _table.LineRange;
            return Row.Emitted;
        }
        switch (opcode)
        {
            case 0: return StepExtended();
            case 1: return Row.Emitted; // DW_LNS_copy
            case 2: Advance(_cursor.Uleb()); break; // DW_LNS_advance_pc
            case 3: _line += _cursor.Sleb(); break; // DW_LNS_advance_line
            case 4: _fileNumber = _cursor.Uleb(); break; // DW_LNS_set_file
            case 8: AdvanceBy(255 - _table.OpcodeBase); break; // DW_LNS_const_add_pc
            case 9: _address += _cursor.U16(); break; // DW_LNS_fixed_advance_pc
            default:
                for (var i = _table.OperandCounts[opcode - 1]; i > 0; i--) _cursor.Uleb();
                break;
        }
        return Row.None;
    }

    private Row StepExtended()
    {
        const byte EndSequence = 1, SetAddress = 2; // DW_LNE_*
        var length = _cursor.Uleb();
        if (length > (ulong)(_cursor.Length - _cursor.Position))
            throw new DamagedException("an opcode that is longer than its line table");
        var next = _cursor.Position + (int)length;
        var row = Row.None;
        if (length > 0)
        {
            var opcode = _cursor.U8();
            if (opcode == EndSequence) row = Row.EndOfSequence;
            else if (opcode == SetAddress) _address = _cursor.Reference(length == 5 ? 4 : 8);
        }
        if (_cursor.Position > next) throw new DamagedException("an opcode that is longer than its length");
        _cursor.Position = next;
        return row;
    }

    /// <summary>Advances the address as a special opcode does.</summary>
    private void AdvanceBy(int adjustedOpcode)
    {
        if (_table.LineRange == 0) throw new DamagedException("a line table with a line range of 0");
        Advance((ulong)(adjustedOpcode / _table.LineRange));
    }

    private void Advance(ulong operations)
    {
        var perInstruction = _table.OperationsPerInstruction;
        _address += _table.MinimumInstructionLength * (perInstruction <= 1 ? operations : operations / perInstruction);
    }

    private static int LowerBound(ReadOnlySpan<ulong> values, ulong value)
    {
        var at = values.BinarySearch(value);
        if (at < 0) return ~at;
        while (at > 0 && values[at - 1] == value) at--;
        return at;
    }
}
