using KernelMagnifier.Model;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>Walks units on one thread and holds the functions that it finds.</summary>
internal sealed class UnitWalker
{
    private readonly DwarfFile _dwarf;
    private readonly UnitQueue _queue;
    private readonly CodeSections _code;
    private readonly StringLocator _strings;
    private readonly FunctionReader _functions;
    private readonly SourceFileReader _files;
    private readonly DwarfUnit _unit = new();
    private readonly HashSet<InlinedFunction> _inlined = new(new SeededComparer<InlinedFunction>());
    private readonly HashSet<(string, string)> _mainFiles = [];
    private readonly List<(ulong Low, ulong High)> _rangeBuffer = [];
    private byte[] _chunk = GC.AllocateUninitializedArray<byte>(UnitQueue.ChunkSize + (UnitQueue.ChunkSize >> 1));

    public UnitWalker(DwarfFile dwarf, UnitQueue queue, CodeSections code, DebugStrings strings, SourceFileTable files)
    {
        (_dwarf, _queue, _code) = (dwarf, queue, code);
        _strings = new StringLocator(strings);
        _functions = new FunctionReader(_strings);
        _files = new SourceFileReader(files, strings);
    }

    /// <summary>The address ranges of functions.</summary>
    public List<CodeRange> Ranges { get; } = [];

    /// <summary>The functions that were inlined.</summary>
    public IReadOnlyCollection<InlinedFunction> Inlined => _inlined;

    /// <summary>The address ranges of the units.</summary>
    public List<(ulong Low, ulong High, int Unit)> UnitRanges { get; } = [];

    /// <summary>The main files of the units and their compilation directories.</summary>
    public IReadOnlyCollection<(string Path, string Directory)> MainFiles => _mainFiles;

    /// <summary>Walks units until the queue is empty.</summary>
    /// <exception cref="KernelMagnifierException">The debug information is split, or it is damaged as a whole.</exception>
    public void Walk(CancellationToken cancel)
    {
        try
        {
            while (_queue.TryTake(out var first, out var end))
            {
                cancel.ThrowIfCancellationRequested();
                WalkChunk(first, end);
            }
        }
        catch (WorkBudget.ExhaustedException error)
        {
            throw DebugFileError.DamagedInformation(_dwarf.Elf.Path, error.Message, error);
        }
    }

    /// <summary>Finds the lines of addresses in the line table of one unit.</summary>
    /// <param name="unitIndex">The unit.</param>
    /// <param name="wanted">The addresses, ascending.</param>
    /// <param name="found">Receives the file and the line of each address that the table covers.</param>
    /// <exception cref="KernelMagnifierException">The debug information is damaged as a whole.</exception>
    public void FindLines(int unitIndex, ulong[] wanted, Dictionary<ulong, (int File, int Line)> found)
    {
        try
        {
            var unit = _functions.UnitOf(_dwarf, unitIndex);
            if (unit.StatementList is null) return;
            SourceFileReader.ReadLines(unit);
            var lines = new (ulong File, int Line)[wanted.Length];
            LineProgram.FindLines(unit.File, unit.Lines, wanted, lines);
            for (var i = 0; i < wanted.Length; i++)
                if (lines[i].Line > 0)
                    found.TryAdd(wanted[i], (_files.IdOf(unit, lines[i].File), lines[i].Line));
        }
        catch (DamagedException error)
        {
            _queue.AddDamage(_dwarf.Units[unitIndex].Offset, error);
        }
        catch (WorkBudget.ExhaustedException error)
        {
            throw DebugFileError.DamagedInformation(_dwarf.Elf.Path, error.Message, error);
        }
    }

    private void WalkChunk(int first, int end)
    {
        var units = _dwarf.Units;
        var start = units[first].Offset;
        ReadOnlySpan<byte> chunk;
        try
        {
            chunk = _dwarf.Info!.Window(start, units[end - 1].End - start, ref _chunk);
        }
        catch (DamagedException error)
        {
            _queue.AddDamage(start, error);
            return;
        }
        for (var i = first; i < end; i++)
        {
            try
            {
                WalkUnit(chunk.Slice((int)(units[i].Offset - start), (int)units[i].Length), i);
            }
            catch (DamagedException error)
            {
                // The functions before the damage are kept.
                _queue.AddDamage(units[i].Offset, error);
            }
        }
    }

    /// <summary>
    /// Walks the entries at the top of a unit. The children of other entries are skipped by the sibling reference; those of
    /// entries without one are walked one by one.
    /// </summary>
    private void WalkUnit(ReadOnlySpan<byte> bytes, int index)
    {
        var unit = _unit;
        AddUnit(UnitRoot.Read(unit, _dwarf, index, bytes, _strings), index);
        var cursor = new DwarfCursor(bytes, _dwarf.Info, unit.Header.Offset) { Position = unit.FirstEntry };
        var table = unit.Table;
        // Depth 1 is below the root entry. Functions are only read at functionDepth.
        var depth = 1;
        var functionDepth = 1;
        while (!cursor.IsAtEnd)
        {
            var start = cursor.Position;
            var code = cursor.Uleb();
            if (code == 0)
            {
                if (--depth == 0) break;
                if (functionDepth > depth) functionDepth = depth;
                continue;
            }
            ref readonly var item = ref table.Find(code);
            if (item.Tag == Tag.Subprogram && depth == functionDepth)
            {
                var sibling = ReadFunction(ref cursor, in item, bytes);
                if (!item.HasChildren) continue;
                if (sibling > start && sibling <= bytes.Length) cursor.Position = sibling;
                else depth++;
                continue;
            }
            var enters = item.HasChildren && depth == functionDepth
                && (item.Tag == Tag.Namespace || (unit.HasNestedFunctions && item.Tag == Tag.StructureType));
            if (item.HasChildren && !enters && item.SiblingOffset >= 0)
            {
                cursor.Skip((ulong)item.SiblingOffset);
                var sibling = cursor.U32();
                if (sibling <= (uint)start || sibling > (uint)bytes.Length)
                    throw new DamagedException($"an entry whose sibling is at {sibling} of its unit, not after it");
                cursor.Position = (int)sibling;
                continue;
            }
            if (item.FixedSize >= 0) cursor.Skip((ulong)item.FixedSize);
            else SkipAttributes(unit, ref cursor, in item);
            if (!item.HasChildren) continue;
            depth++;
            if (enters) functionDepth = depth;
        }
    }

    private static void SkipAttributes(DwarfUnit unit, ref DwarfCursor cursor, in Abbreviation item)
    {
        ref readonly var header = ref unit.Header;
        if (item.Count > 64) unit.File.Budget.Spend(item.Count);
        for (var i = item.First; i < item.First + item.Count; i++)
            DwarfForms.Skip(ref cursor, unit.Table.Attributes[i].Form, header.AddressSize, header.OffsetSize, header.Version);
    }

    private void AddUnit(in UnitRoot root, int index)
    {
        var unit = _unit;
        if (root.RangesForm != Form.None)
        {
            RangeList.Read(unit, root.RangesForm, root.Ranges, _rangeBuffer);
            foreach (var range in _rangeBuffer) UnitRanges.Add((range.Low, range.High, index));
        }
        else if (root.LowForm != Form.None && root.HighForm != Form.None)
        {
            var end = root.HighForm == Form.Address ? root.High : unit.LowPc + root.High;
            if (end > unit.LowPc) UnitRanges.Add((unit.LowPc, end, index));
        }
        if (!unit.Name.IsNone && root.Tag != Tag.PartialUnit) _mainFiles.Add(_files.MainFileOf(unit));
    }

    /// <summary>Reads the entry of a function and keeps its code.</summary>
    /// <returns>The position of the sibling in the unit; 0 when the entry does not have it.</returns>
    private int ReadFunction(ref DwarfCursor cursor, in Abbreviation item, ReadOnlySpan<byte> bytes)
    {
        var unit = _unit;
        var entry = new FunctionEntry();
        var sibling = _functions.Read(unit, ref cursor, in item, ref entry);
        if (entry.IsDeclaration || !(entry.HasCode || entry.IsInlined)) return sibling;
        _functions.FollowOrigins(unit, bytes, ref entry);
        var file = entry.DeclFile < 0 ? -1 : _files.IdOf(entry.FileUnit ?? unit, (ulong)entry.DeclFile);
        var name = entry.SymbolName;
        if (entry.HasCode) AddCode(in entry, name, file);
        else if (!name.IsNone && file >= 0) _inlined.Add(new InlinedFunction(name, file, entry.DeclLine));
        return sibling;
    }

    private void AddCode(in FunctionEntry entry, StringPlace name, int file)
    {
        if (entry.RangesForm != Form.None)
        {
            RangeList.Read(_unit, entry.RangesForm, entry.Ranges, _rangeBuffer);
            var isEntry = true;
            foreach (var range in _rangeBuffer)
            {
                if (!_code.Contains(range.Low)) continue;
                Ranges.Add(new CodeRange(range.Low, range.High, name, file, entry.DeclLine, _unit.Index, isEntry));
                isEntry = false;
            }
        }
        else if (_code.Contains(entry.Low))
        {
            var high = entry.HighIsLength ? entry.Low + entry.High : entry.High;
            if (high > entry.Low) Ranges.Add(new CodeRange(entry.Low, high, name, file, entry.DeclLine, _unit.Index, true));
        }
    }
}
