using System.Collections.Concurrent;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Processes;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols.Dwarf;

/// <summary>
/// Goes over the entries at the top of every unit once, on all cores, and keeps the functions. Nothing is built of the entries passed by:
/// where an entry has a sibling reference its children are jumped over, and most of the rest have a size known beforehand.
/// </summary>
internal sealed class FunctionWalk
{
    private const int ChunkSize = 1 << 20;
    private const int MostDamagedUnits = 1000;

    private readonly DwarfFile _dwarf;
    private readonly ConcurrentDictionary<string, int> _fileIds = new(StringComparer.Ordinal);
    private readonly List<string> _files = [];
    private readonly ByteInterner _inlineNames = new();
    private readonly List<byte[]> _inlineNameBytes = [[]];
    private readonly (ulong Low, ulong High)[] _code;
    private int _nextUnit;
    private int _damagedUnits;
    private string? _firstDamage;

    private FunctionWalk(DwarfFile dwarf)
    {
        _dwarf = dwarf;
        _code = [.. dwarf.Elf.Sections.Where(s => s.IsCode && s.Size > 0).Select(s => (s.Address, s.Address + (ulong)s.Size)).OrderBy(c => c.Address)];
    }

    /// <summary>Every range of code, ascending by address.</summary>
    public CodeRange[] Ranges { get; private set; } = [];

    /// <summary>Functions that were inlined somewhere; whether one also has code, <see cref="Ranges"/> tells.</summary>
    public InlinedFunction[] Inlined { get; private set; } = [];

    /// <summary>The ranges of the units themselves, ascending by address.</summary>
    public (ulong Low, ulong High, int Unit)[] UnitRanges { get; private set; } = [];

    /// <summary>Distinct source files: the path, joined with the directory of compilation where that is absolute, without <c>.</c> and <c>..</c>.</summary>
    public IReadOnlyList<string> Files => _files;

    /// <summary>The main files of the units, as <see cref="Files"/> has them, with their directories of compilation.</summary>
    public IReadOnlyCollection<(string Path, string Directory)> UnitFiles { get; private set; } = [];

    /// <summary>Units that could not be read to their end.</summary>
    public int DamagedUnits => _damagedUnits;

    /// <summary>What was wrong with the first of them.</summary>
    public string? FirstDamage => _firstDamage;

    /// <summary>Walks a file.</summary>
    /// <param name="dwarf">The file; it has .debug_info.</param>
    /// <param name="threads">How many threads, at least 1.</param>
    /// <param name="cancel">Ends the walk early.</param>
    /// <exception cref="TraceException">Too much of it is damaged, or it is of a kind that cannot be read.</exception>
    public static FunctionWalk Run(DwarfFile dwarf, int threads, CancellationToken cancel)
    {
        var walk = new FunctionWalk(dwarf);
        if (dwarf.Abbreviations is null) throw new TraceException(dwarf.Elf.Path, "has .debug_info but no .debug_abbrev: it is damaged.");
        using var crew = new WorkerGroup<Worker>(cancel);
        threads = Math.Clamp(threads, 1, Math.Max(1, (int)(dwarf.Info!.Length / ChunkSize)));
        Worker[] workers;
        if (threads == 1)
        {
            var worker = new Worker(walk);
            worker.Work(cancel);
            workers = [worker];
        }
        else
        {
            for (var i = 0; i < threads; i++)
                crew.Start(() =>
                {
                    var worker = new Worker(walk);
                    worker.Work(crew.Stopping);
                    return worker;
                });
            try
            {
                workers = [.. crew.Finish(null)];
            }
            catch
            {
                crew.Stop(wait: true);
                throw;
            }
        }
        if (walk._damagedUnits > 0 && (walk._damagedUnits >= MostDamagedUnits || walk._damagedUnits == dwarf.Units.Count))
            throw new TraceException(dwarf.Elf.Path, $"its debug information is damaged: {walk._firstDamage}.");
        var ranges = new CodeRange[workers.Sum(w => w.Ranges.Count)];
        var keys = new ulong[ranges.Length];
        var at = 0;
        foreach (var worker in workers)
            foreach (var range in worker.Ranges)
                (keys[at], ranges[at++]) = (range.Low, range);
        Array.Sort(keys, ranges);
        walk.Ranges = ranges;
        walk.Inlined = [.. workers.SelectMany(w => w.Inlined).Distinct()];
        walk.UnitRanges = [.. workers.SelectMany(w => w.UnitRanges).OrderBy(r => r.Low)];
        walk.UnitFiles = [.. workers.SelectMany(w => w.UnitFiles).Distinct()];
        return walk;
    }

    /// <summary>The bytes of a name.</summary>
    public ReadOnlySpan<byte> Text(StringPlace place) => place.Section switch
    {
        StringSection.Info => Kept((int)place.Offset),
        StringSection.Strings => Section(_dwarf.Strings).String(place.Offset),
        StringSection.LineStrings => Section(_dwarf.LineStrings).String(place.Offset),
        StringSection.Line => Section(_dwarf.Line).String(place.Offset),
        StringSection.AlternateStrings => Section(_dwarf.Alternate?.Strings).String(place.Offset),
        _ => [],
    };

    /// <summary>
    /// The file and line of code that no function of .debug_info describes with both, from the line tables: assembler sources.
    /// </summary>
    /// <param name="wanted">Addresses with the unit they are in, or -1 where <see cref="UnitRanges"/> is to tell.</param>
    /// <param name="cancel">Ends it early.</param>
    public Dictionary<ulong, (int File, int Line)> FindLines(IEnumerable<(ulong Address, int Unit)> wanted, CancellationToken cancel)
    {
        var found = new Dictionary<ulong, (int, int)>();
        var perUnit = wanted.Select(w => (w.Address, Unit: w.Unit >= 0 ? w.Unit : UnitCovering(w.Address))).Where(w => w.Unit >= 0)
            .Distinct().OrderBy(w => w.Address).GroupBy(w => w.Unit, w => w.Address);
        var worker = new Worker(this);
        foreach (var unit in perUnit)
        {
            cancel.ThrowIfCancellationRequested();
            worker.FindLines(unit.Key, [.. unit], found);
        }
        return found;
    }

    private int UnitCovering(ulong address)
    {
        // Ranges of units do not nest in honest files; the one that starts last before the address is it.
        int low = 0, high = UnitRanges.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (UnitRanges[middle].Low <= address) low = middle + 1;
            else high = middle;
        }
        return low > 0 && address < UnitRanges[low - 1].High ? UnitRanges[low - 1].Unit : -1;
    }

    private static DebugSection Section(DebugSection? section) => section ?? throw new DamagedException("a string in a section that is not there");

    private bool IsCode(ulong address)
    {
        int low = 0, high = _code.Length;
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_code[middle].Low <= address) low = middle + 1;
            else high = middle;
        }
        return low > 0 && address < _code[low - 1].High;
    }

    private int FileId(string path)
    {
        if (_fileIds.TryGetValue(path, out var id)) return id;
        lock (_files)
        {
            if (_fileIds.TryGetValue(path, out id)) return id;
            _files.Add(path);
            return _fileIds[path] = _files.Count - 1;
        }
    }

    private byte[] Kept(int id)
    {
        lock (_inlineNameBytes) return _inlineNameBytes[id];
    }

    private StringPlace Keep(ReadOnlySpan<byte> name)
    {
        var id = _inlineNames.GetOrAdd(name, bytes =>
        {
            lock (_inlineNameBytes)
            {
                _inlineNameBytes.Add(bytes);
                return _inlineNameBytes.Count - 1;
            }
        });
        return new StringPlace(StringSection.Info, (ulong)id);
    }

    private void Damaged(long unit, Exception error)
    {
        var damaged = Interlocked.Increment(ref _damagedUnits);
        if (damaged == 1) _firstDamage = $"{error.Message} (unit at byte {unit} of .debug_info)";
        if (damaged >= MostDamagedUnits) Volatile.Write(ref _nextUnit, _dwarf.Units.Count);
    }

    /// <summary>A unit while it is read: its header and what its first entry says about the rest.</summary>
    private sealed class Unit
    {
        public readonly AbbreviationTable Table = new();
        public readonly LineTable Lines = new();
        public DwarfFile File = null!;
        public UnitHeader Header;
        public int Index;
        public ulong? StatementList;
        public StringPlace Name;
        public StringPlace Directory;
        public string? DirectoryText;
        public ulong StringOffsetsBase;
        public ulong AddressBase;
        public ulong RangeListsBase;
        public ulong LowPc;
        public bool HasNestedFunctions;
        public int FirstEntry;
        public bool LinesAreRead;
        public int[] FileIds = [];
    }

    /// <summary>What an entry of a function says.</summary>
    private struct Entry
    {
        public StringPlace Name;
        public StringPlace LinkageName;
        public long DeclFile;
        public int DeclLine;
        public bool HasLow;
        public ulong Low;
        public ulong High;
        public bool HighIsLength;
        public bool HasHigh;
        public Form RangesForm;
        public ulong Ranges;
        public int Inline;
        public bool IsDeclaration;
        public Form OriginForm;
        public ulong Origin;
        public Unit? FileUnit;
    }

    /// <summary>One thread's work, and what it has found.</summary>
    private sealed class Worker(FunctionWalk walk)
    {
        private readonly Unit _unit = new();
        private readonly Dictionary<(DwarfFile, int), Unit> _others = [];
        private readonly Dictionary<(StringPlace Compilation, StringPlace Directory, StringPlace Name, bool InCompilationDirectory, DwarfFile File), int> _paths = [];
        private readonly HashSet<InlinedFunction> _inlined = [];
        private readonly List<(ulong Low, ulong High)> _rangeBuffer = [];
        private readonly HashSet<(string, string)> _unitFiles = [];
        private byte[] _chunk = GC.AllocateUninitializedArray<byte>(ChunkSize + (ChunkSize >> 1));
        private byte[] _other = new byte[4096];

        public List<CodeRange> Ranges { get; } = [];

        public IEnumerable<InlinedFunction> Inlined => _inlined;

        public List<(ulong Low, ulong High, int Unit)> UnitRanges { get; } = [];

        public IEnumerable<(string, string)> UnitFiles => _unitFiles;

        public void Work(CancellationToken cancel)
        {
            var dwarf = walk._dwarf;
            var units = dwarf.Units;
            while (true)
            {
                cancel.ThrowIfCancellationRequested();
                // Take the next units, about a chunk of them, and read them at once.
                int first, next;
                do
                {
                    first = Volatile.Read(ref walk._nextUnit);
                    if (first >= units.Count) return;
                    next = first + 1;
                    while (next < units.Count && units[next].End - units[first].Offset <= ChunkSize) next++;
                }
                while (Interlocked.CompareExchange(ref walk._nextUnit, next, first) != first);
                var start = units[first].Offset;
                ReadOnlySpan<byte> chunk;
                try
                {
                    chunk = dwarf.Info!.Window(start, units[next - 1].End - start, ref _chunk);
                }
                catch (DamagedException error)
                {
                    walk.Damaged(start, error);
                    continue;
                }
                for (var i = first; i < next; i++)
                {
                    var ranges = Ranges.Count;
                    try
                    {
                        ReadUnit(chunk.Slice((int)(units[i].Offset - start), (int)units[i].Length), i);
                    }
                    catch (Exception error) when (error is DamagedException or OutOfPieceException)
                    {
                        // What was found before the damage stays.
                        walk.Damaged(units[i].Offset, error);
                    }
                    catch (WorkBudget.ExhaustedException error)
                    {
                        throw new TraceException(dwarf.Elf.Path, $"its debug information is damaged: {error.Message}.");
                    }
                }
            }
        }

        public void FindLines(int unitIndex, ulong[] wanted, Dictionary<ulong, (int File, int Line)> found)
        {
            try
            {
                var unit = Other(walk._dwarf, unitIndex);
                if (unit.StatementList is null) return;
                ReadLines(unit);
                var lines = new (ulong File, int Line)[wanted.Length];
                unit.Lines.FindLines(unit.File, wanted, lines);
                for (var i = 0; i < wanted.Length; i++)
                    if (lines[i].Line > 0)
                        found.TryAdd(wanted[i], (FileId(unit, lines[i].File), lines[i].Line));
            }
            catch (Exception error) when (error is DamagedException or OutOfPieceException)
            {
                walk.Damaged(walk._dwarf.Units[unitIndex].Offset, error);
            }
            catch (WorkBudget.ExhaustedException error)
            {
                throw new TraceException(walk._dwarf.Elf.Path, $"its debug information is damaged: {error.Message}.");
            }
        }

        private void ReadUnit(ReadOnlySpan<byte> bytes, int index)
        {
            var dwarf = walk._dwarf;
            Begin(_unit, dwarf, index, bytes);
            var unit = _unit;
            ref readonly var header = ref unit.Header;
            var cursor = new DwarfCursor(bytes, dwarf.Info, header.Offset) { At = unit.FirstEntry };
            var table = unit.Table;
            // Depth 1 is below the unit's own entry. Children of entries without a sibling reference are gone through one by one.
            var depth = 1;
            var functionDepth = 1;
            while (!cursor.IsAtEnd)
            {
                var where = cursor.At;
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
                    if (sibling > where && sibling <= bytes.Length) cursor.At = sibling;
                    else depth++;
                    continue;
                }
                var enters = item.HasChildren && depth == functionDepth && (item.Tag == Tag.Namespace || (unit.HasNestedFunctions && item.Tag == Tag.StructureType));
                if (item.HasChildren && !enters && item.SiblingAt >= 0)
                {
                    cursor.Skip((ulong)item.SiblingAt);
                    var sibling = cursor.U32();
                    if (sibling <= (uint)where || sibling > (uint)bytes.Length) throw new DamagedException($"an entry whose sibling is at {sibling} of its unit, not behind it");
                    cursor.At = (int)sibling;
                    continue;
                }
                if (item.FixedSize >= 0) cursor.Skip((ulong)item.FixedSize);
                else
                {
                    if (item.Count > 64) dwarf.Budget.Spend(item.Count);
                    for (var i = item.First; i < item.First + item.Count; i++)
                        DwarfForms.Skip(ref cursor, table.Attributes[i].Form, header.AddressSize, header.OffsetSize, header.Version);
                }
                if (!item.HasChildren) continue;
                depth++;
                if (enters) functionDepth = depth;
            }
        }

        /// <summary>Reads a unit's abbreviations and its first entry.</summary>
        private void Begin(Unit unit, DwarfFile file, int index, ReadOnlySpan<byte> bytes)
        {
            var header = file.Units[index];
            (unit.File, unit.Header, unit.Index) = (file, header, index);
            (unit.StatementList, unit.Name, unit.Directory, unit.DirectoryText, unit.LowPc, unit.LinesAreRead, unit.HasNestedFunctions) = (null, default, default, null, 0, false, false);
            // Without a base attribute the tables start behind their own header.
            unit.StringOffsetsBase = header.OffsetSize == 8 ? 16ul : 8;
            unit.AddressBase = header.Version >= 5 ? (header.OffsetSize == 8 ? 16ul : 8) : 0;
            unit.RangeListsBase = header.OffsetSize == 8 ? 20ul : 12;
            var abbreviations = file.Abbreviations ?? throw new DamagedException("no .debug_abbrev");
            unit.Table.Read(abbreviations, header.Abbreviations, header.AddressSize, header.OffsetSize, header.Version, file.Budget);
            var cursor = new DwarfCursor(bytes, file.Info, header.Offset) { At = header.HeaderSize };
            ref readonly var root = ref unit.Table.Find(cursor.Uleb());
            if (root.Tag is not (Tag.CompileUnit or Tag.PartialUnit or Tag.SkeletonUnit)) throw new DamagedException($"a unit that starts with tag 0x{(int)root.Tag:x}");
            ulong ranges = 0, high = 0, low = 0;
            Form rangesForm = Form.None, lowForm = Form.None, highForm = Form.None, nameForm = Form.None, directoryForm = Form.None;
            ulong name = 0, directory = 0;
            if (root.Count > 64) file.Budget.Spend(root.Count);
            for (var i = root.First; i < root.First + root.Count; i++)
            {
                ref readonly var attribute = ref unit.Table.Attributes[i];
                var form = attribute.Form;
                var value = DwarfForms.Read(ref cursor, ref form, attribute.Implicit, header.AddressSize, header.OffsetSize, header.Version);
                switch (attribute.Attr)
                {
                    case Attr.Name: (name, nameForm) = (value, form); break;
                    case Attr.CompilationDirectory: (directory, directoryForm) = (value, form); break;
                    case Attr.StatementList: unit.StatementList = value; break;
                    case Attr.LowPc: (low, lowForm) = (value, form); break;
                    case Attr.HighPc: (high, highForm) = (value, form); break;
                    case Attr.Ranges: (ranges, rangesForm) = (value, form); break;
                    // Rust, C++ in its editions, Swift: functions stand inside namespaces and types.
                    case Attr.Language: unit.HasNestedFunctions = value is 0x1c or 0x04 or 0x1a or 0x21 or 0x2b; break;
                    case Attr.StringOffsetsBase: unit.StringOffsetsBase = value; break;
                    case Attr.AddressBase or Attr.GnuAddressBase: unit.AddressBase = value; break;
                    case Attr.RangeListsBase: unit.RangeListsBase = value; break;
                    case Attr.SplitName or Attr.GnuSplitName:
                        throw new TraceException(file.Elf.Path, "was built with split debug information (-gsplit-dwarf): its functions are described in .dwo files beside the objects, "
                            + "which no distribution ships. Use a kernel built without CONFIG_DEBUG_INFO_SPLIT.");
                }
            }
            unit.FirstEntry = root.HasChildren ? cursor.At : bytes.Length;
            // These may need a base that stands behind them.
            unit.Name = nameForm == Form.None ? default : Place(unit, nameForm, name, bytes);
            unit.Directory = directoryForm == Form.None ? default : Place(unit, directoryForm, directory, bytes);
            if (lowForm != Form.None) unit.LowPc = Address(unit, lowForm, low);
            if (unit != _unit) return;
            if (rangesForm != Form.None)
            {
                _rangeBuffer.Clear();
                ReadRanges(unit, rangesForm, ranges);
                foreach (var range in _rangeBuffer) UnitRanges.Add((range.Low, range.High, index));
            }
            else if (lowForm != Form.None && highForm != Form.None)
            {
                var end = highForm == Form.Address ? high : unit.LowPc + high;
                if (end > unit.LowPc) UnitRanges.Add((unit.LowPc, end, index));
            }
            if (!unit.Name.IsNone && root.Tag != Tag.PartialUnit)
                _unitFiles.Add((Join(DirectoryText(unit), "", Text(unit.Name, unit.File), inCompilationDirectory: false), DirectoryText(unit)));
        }

        /// <summary>Reads a function's entry, keeps what it tells, and returns where its sibling is, or 0.</summary>
        private int ReadFunction(ref DwarfCursor cursor, in Abbreviation item, ReadOnlySpan<byte> bytes)
        {
            var unit = _unit;
            var entry = new Entry { DeclFile = -1 };
            var sibling = ReadEntry(unit, ref cursor, in item, bytes, ref entry);
            if (entry.IsDeclaration) return sibling;
            var hasCode = entry.RangesForm != Form.None || (entry.HasLow && entry.HasHigh);
            if (!hasCode && entry.Inline is not (1 or 3)) return sibling;
            _originUnit = null;
            for (var hops = 0; entry.OriginForm != Form.None && hops < 8 && (entry.Name.IsNone || entry.DeclFile < 0 || entry.DeclLine == 0 || entry.LinkageName.IsNone); hops++)
                if (!Follow(unit, bytes, ref entry)) break;
            var file = entry.DeclFile < 0 ? -1 : FileId(entry.FileUnit ?? unit, (ulong)entry.DeclFile);
            var name = entry.LinkageName.IsNone ? entry.Name : entry.LinkageName;
            if (!hasCode)
            {
                if (!name.IsNone && file >= 0) _inlined.Add(new InlinedFunction(name, file, entry.DeclLine));
                return sibling;
            }
            if (entry.RangesForm != Form.None)
            {
                _rangeBuffer.Clear();
                ReadRanges(unit, entry.RangesForm, entry.Ranges);
                var isEntry = true;
                foreach (var range in _rangeBuffer)
                {
                    if (!walk.IsCode(range.Low)) continue;
                    Ranges.Add(new CodeRange(range.Low, range.High, name, file, entry.DeclLine, unit.Index, isEntry));
                    isEntry = false;
                }
            }
            else if (walk.IsCode(entry.Low))
            {
                var high = entry.HighIsLength ? entry.Low + entry.High : entry.High;
                if (high > entry.Low) Ranges.Add(new CodeRange(entry.Low, high, name, file, entry.DeclLine, unit.Index, true));
            }
            return sibling;
        }

        /// <summary>Reads the attributes of an entry; what is known already stays.</summary>
        private int ReadEntry(Unit unit, ref DwarfCursor cursor, in Abbreviation item, ReadOnlySpan<byte> bytes, ref Entry entry)
        {
            var sibling = 0;
            ref readonly var header = ref unit.Header;
            entry.OriginForm = Form.None;
            if (item.Count > 64) unit.File.Budget.Spend(item.Count);
            for (var i = item.First; i < item.First + item.Count; i++)
            {
                ref readonly var attribute = ref unit.Table.Attributes[i];
                var form = attribute.Form;
                switch (attribute.Attr)
                {
                    case Attr.Name or Attr.LinkageName or Attr.DeclFile or Attr.DeclLine or Attr.LowPc or Attr.HighPc or Attr.Ranges or Attr.Inline
                        or Attr.Declaration or Attr.AbstractOrigin or Attr.Specification or Attr.Sibling:
                        break;
                    default:
                        DwarfForms.Skip(ref cursor, form, header.AddressSize, header.OffsetSize, header.Version);
                        continue;
                }
                var value = DwarfForms.Read(ref cursor, ref form, attribute.Implicit, header.AddressSize, header.OffsetSize, header.Version);
                switch (attribute.Attr)
                {
                    case Attr.Name: if (entry.Name.IsNone) entry.Name = Place(unit, form, value, bytes); break;
                    case Attr.LinkageName: if (entry.LinkageName.IsNone) entry.LinkageName = Place(unit, form, value, bytes); break;
                    case Attr.DeclFile: if (entry.DeclFile < 0) (entry.DeclFile, entry.FileUnit) = ((long)Math.Min(value, int.MaxValue), unit); break;
                    case Attr.DeclLine: if (entry.DeclLine == 0) entry.DeclLine = (int)Math.Min(value, int.MaxValue); break;
                    case Attr.LowPc: (entry.Low, entry.HasLow) = (Address(unit, form, value), true); break;
                    case Attr.HighPc:
                        entry.HighIsLength = form is not (Form.Address or Form.AddressIndex or Form.AddressIndex1 or Form.AddressIndex2 or Form.AddressIndex3 or Form.AddressIndex4 or Form.GnuAddressIndex);
                        (entry.High, entry.HasHigh) = (entry.HighIsLength ? value : Address(unit, form, value), true);
                        break;
                    case Attr.Ranges: (entry.RangesForm, entry.Ranges) = (form, value); break;
                    case Attr.Inline: entry.Inline = (int)Math.Min(value, 255); break;
                    case Attr.Declaration: entry.IsDeclaration = value != 0; break;
                    case Attr.AbstractOrigin or Attr.Specification: (entry.OriginForm, entry.Origin) = (form, value); break;
                    case Attr.Sibling when form is Form.Reference1 or Form.Reference2 or Form.Reference4 or Form.Reference8 or Form.ReferenceUnsigned: sibling = (int)Math.Min(value, int.MaxValue); break;
                }
            }
            return sibling;
        }

        /// <summary>Takes from the entry this one refers to what it does not say itself: its name and place, not its code.</summary>
        private bool Follow(Unit unit, ReadOnlySpan<byte> bytes, ref Entry entry)
        {
            var (form, origin, owner) = (entry.OriginForm, entry.Origin, entry.FileUnit);
            var target = new Entry { DeclFile = -1 };
            var from = _originUnit ?? unit;
            _originUnit = null;
            DwarfFile file = from.File;
            long at;
            switch (form)
            {
                case Form.Reference1 or Form.Reference2 or Form.Reference4 or Form.Reference8 or Form.ReferenceUnsigned:
                    if (origin >= (ulong)from.Header.Length) throw new DamagedException($"a reference to {origin} of a unit of {from.Header.Length} bytes");
                    at = from.Header.Offset + (long)origin;
                    break;
                case Form.ReferenceAddress:
                    at = (long)Math.Min(origin, long.MaxValue);
                    break;
                case Form.GnuReferenceAlternate or Form.ReferenceSupplementary4 or Form.ReferenceSupplementary8:
                    if (file.Alternate is null) return false;
                    file = file.Alternate;
                    at = (long)Math.Min(origin, long.MaxValue);
                    break;
                default:
                    return false;
            }
            if (file == unit.File && at >= unit.Header.Offset && at < unit.Header.End)
            {
                var cursor = new DwarfCursor(bytes, file.Info, unit.Header.Offset) { At = (int)(at - unit.Header.Offset) };
                ReadTarget(unit, ref cursor, bytes, ref target);
                _originUnit = null;
            }
            else
            {
                var other = Other(file, file.UnitAt(at));
                // Most entries are small; the window grows for one that is not.
                for (var length = 256L; ; length *= 16)
                {
                    var window = file.Info!.Window(at, Math.Min(length, other.Header.End - at), ref _other);
                    try
                    {
                        var cursor = new DwarfCursor(window, file.Info, at);
                        target = new Entry { DeclFile = -1 };
                        ReadTarget(other, ref cursor, window, ref target);
                        break;
                    }
                    catch (OutOfPieceException) when (at + length < other.Header.End)
                    {
                    }
                }
                _originUnit = other;
            }
            if (entry.Name.IsNone) entry.Name = target.Name;
            if (entry.LinkageName.IsNone) entry.LinkageName = target.LinkageName;
            if (entry.DeclFile < 0) (entry.DeclFile, owner) = (target.DeclFile, target.FileUnit);
            if (entry.DeclLine == 0) entry.DeclLine = target.DeclLine;
            entry.FileUnit = owner;
            (entry.OriginForm, entry.Origin) = (target.OriginForm, target.Origin);
            return true;
        }

        /// <summary>The unit the last origin was found in, when it is not the one being read.</summary>
        private Unit? _originUnit;

        private void ReadTarget(Unit unit, ref DwarfCursor cursor, ReadOnlySpan<byte> bytes, ref Entry target)
        {
            var code = cursor.Uleb();
            if (code == 0) throw new DamagedException("a reference to no entry");
            ReadEntry(unit, ref cursor, in unit.Table.Find(code), bytes, ref target);
        }

        /// <summary>A unit other than the one being read, its abbreviations ready.</summary>
        private Unit Other(DwarfFile file, int index)
        {
            if (_others.TryGetValue((file, index), out var unit)) return unit;
            if (_others.Count >= 128) _others.Clear();
            unit = new Unit();
            var header = file.Units[index];
            for (var length = 1024L; ; length *= 16)
                try
                {
                    Begin(unit, file, index, file.Info!.Window(header.Offset, Math.Min(length, header.Length), ref _other));
                    break;
                }
                catch (OutOfPieceException) when (length < header.Length)
                {
                }
            return _others[(file, index)] = unit;
        }

        private StringPlace Place(Unit unit, Form form, ulong value, ReadOnlySpan<byte> bytes)
        {
            var isAlternate = unit.File != walk._dwarf;
            switch (form)
            {
                case Form.String:
                    // Where it stands in the piece: a value of this form is an offset of the section.
                    _ = bytes;
                    var buffer = _string;
                    var text = unit.File.Info!.Window((long)value, 4096, ref buffer);
                    _string = buffer;
                    var end = text.IndexOf((byte)0);
                    return end < 0 ? default : walk.Keep(text[..end]);
                case Form.StringOffset:
                    return new StringPlace(isAlternate ? StringSection.AlternateStrings : StringSection.Strings, value);
                case Form.LineStringOffset when !isAlternate:
                    return new StringPlace(StringSection.LineStrings, value);
                case Form.GnuStringAlternate or Form.StringSupplementary:
                    return walk._dwarf.Alternate is null ? default : new StringPlace(StringSection.AlternateStrings, value);
                case Form.StringIndex or Form.StringIndex1 or Form.StringIndex2 or Form.StringIndex3 or Form.StringIndex4 or Form.GnuStringIndex when !isAlternate:
                    return new StringPlace(StringSection.Strings, unit.File.StringAt(value, unit.StringOffsetsBase, unit.Header.OffsetSize));
                default:
                    return default;
            }
        }

        private byte[] _string = new byte[4096];

        private static ulong Address(Unit unit, Form form, ulong value) => form switch
        {
            Form.AddressIndex or Form.AddressIndex1 or Form.AddressIndex2 or Form.AddressIndex3 or Form.AddressIndex4 or Form.GnuAddressIndex
                => unit.File.AddressAt(value, unit.AddressBase, unit.Header.AddressSize),
            _ => value,
        };

        private void ReadRanges(Unit unit, Form form, ulong value)
        {
            ref readonly var header = ref unit.Header;
            var size = header.AddressSize;
            var @base = unit.LowPc;
            if (header.Version < 5)
            {
                var section = unit.File.Ranges ?? throw new DamagedException("a reference into .debug_ranges, which is not there");
                var cursor = new DwarfCursor(section.From(value), section, (long)value);
                while (true)
                {
                    var low = cursor.Reference(size);
                    var high = cursor.Reference(size);
                    if (low == 0 && high == 0) break;
                    if (low == (size == 8 ? ulong.MaxValue : uint.MaxValue)) @base = high;
                    else AddRange(@base + low, @base + high);
                }
                unit.File.Budget.Spend(cursor.At);
                return;
            }
            var lists = unit.File.RangeLists ?? throw new DamagedException("a reference into .debug_rnglists, which is not there");
            if (form == Form.RangeListIndex)
            {
                if (value > uint.MaxValue) throw new DamagedException($"range list {value}");
                var at = unit.RangeListsBase + value * header.OffsetSize;
                var index = new DwarfCursor(lists.From(at), lists, (long)at);
                value = unit.RangeListsBase + index.Reference(header.OffsetSize);
            }
            var list = new DwarfCursor(lists.From(value), lists, (long)value);
            for (var more = true; more;)
            {
                switch (list.U8())
                {
                    case 0: more = false; break;
                    case 1: @base = Indexed(ref list, unit); break;
                    case 2: AddRange(Indexed(ref list, unit), Indexed(ref list, unit)); break;
                    case 3:
                        var start = Indexed(ref list, unit);
                        AddRange(start, start + list.Uleb());
                        break;
                    case 4: AddRange(@base + list.Uleb(), @base + list.Uleb()); break;
                    case 5: @base = list.Reference(size); break;
                    case 6: AddRange(list.Reference(size), list.Reference(size)); break;
                    case 7:
                        start = list.Reference(size);
                        AddRange(start, start + list.Uleb());
                        break;
                    default: throw new DamagedException("a range list with an entry not known");
                }
            }
            unit.File.Budget.Spend(list.At);

            static ulong Indexed(ref DwarfCursor list, Unit unit) => unit.File.AddressAt(list.Uleb(), unit.AddressBase, unit.Header.AddressSize);
        }

        private void AddRange(ulong low, ulong high)
        {
            if (high > low) _rangeBuffer.Add((low, high));
        }

        /// <summary>The id of a unit's file by its number, or -1.</summary>
        private int FileId(Unit unit, ulong number)
        {
            if (unit.StatementList is null) return -1;
            if (!unit.LinesAreRead) ReadLines(unit);
            if (number >= (ulong)unit.Lines.FileCount + 1) return -1;
            ref var id = ref unit.FileIds[(int)number];
            if (id != 0) return id - 2;
            id = 1 + 1 + NewFileId(unit, number);
            return id - 2;
        }

        private int NewFileId(Unit unit, ulong number)
        {
            if (!unit.Lines.TryGetFile(number, out var name, out var directory, out var inCompilationDirectory) || name.IsNone) return -1;
            var key = (unit.Directory, directory, name, inCompilationDirectory, unit.File);
            if (_paths.TryGetValue(key, out var id)) return id;
            var path = Join(DirectoryText(unit), directory.IsNone ? "" : Text(directory, unit.File), Text(name, unit.File), inCompilationDirectory);
            return _paths[key] = path.Length == 0 || path == "<built-in>" ? -1 : walk.FileId(path);
        }

        private static void ReadLines(Unit unit)
        {
            unit.Lines.Read(unit.File, unit.StatementList!.Value, unit.Header.AddressSize, unit.StringOffsetsBase);
            unit.LinesAreRead = true;
            var needed = unit.Lines.FileCount + 1;
            if (unit.FileIds.Length < needed) unit.FileIds = new int[Math.Max(needed, 512)];
            else Array.Clear(unit.FileIds, 0, needed);
        }

        private string DirectoryText(Unit unit) => unit.DirectoryText ??= unit.Directory.IsNone ? "" : Text(unit.Directory, unit.File);

        private string Text(StringPlace place, DwarfFile file) => Encoding.UTF8.GetString(place.Section switch
        {
            StringSection.Strings when file != walk._dwarf => Section(file.Strings).String(place.Offset),
            StringSection.LineStrings => Section(file.LineStrings).String(place.Offset),
            StringSection.Line => Section(file.Line).String(place.Offset),
            _ => walk.Text(place),
        });

        /// <summary>
        /// Puts a path together. A compilation directory that is not absolute was rewritten by -ffile-prefix-map, and so were the other paths,
        /// each by itself: then only what stands directly in it is below it.
        /// </summary>
        private static string Join(string compilation, string directory, string name, bool inCompilationDirectory)
        {
            if (name.StartsWith('/')) return SourceRoots.Normalize(name);
            if (inCompilationDirectory) return SourceRoots.Normalize(compilation.StartsWith('/') || !name.Contains('/', StringComparison.Ordinal) ? $"{compilation}/{name}" : name);
            var path = directory.Length == 0 ? name : $"{directory}/{name}";
            return SourceRoots.Normalize(compilation.StartsWith('/') && !directory.StartsWith('/') ? $"{compilation}/{path}" : path);
        }
    }
}
