using System.Buffers.Binary;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>Collects functions from any number of threads and creates a <see cref="SymbolTable"/>.</summary>
internal sealed class SymbolTableBuilder
{
    private readonly Lock _gate = new();
    private readonly List<Row> _rows = [];
    private readonly Dictionary<string, int> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _modules = new(StringComparer.Ordinal);
    private readonly ByteInterner _names = new();
    private readonly List<byte[]> _nameBytes = [];

    private record struct Row(int Name, ulong Address, uint Size, int File, int Line, ushort Module, bool IsInlined);

    /// <summary>The debug file of the kernel.</summary>
    public string Path { get; set; } = "";

    /// <summary>The kernel release; null when unknown.</summary>
    public string? Release { get; set; }

    /// <summary>The build id of the kernel; null when unknown.</summary>
    public string? BuildId { get; set; }

    /// <summary>See <see cref="DebugFiles.Fingerprint"/>.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>The address of <c>_text</c>; 0 when unknown.</summary>
    public ulong TextStart { get; set; }

    /// <summary>The number of a name, from 0.</summary>
    public int Name(ReadOnlySpan<byte> name)
    {
        var id = _names.Find(name);
        return (id != 0 ? id : _names.GetOrAdd(name, bytes =>
        {
            // The interner holds its lock.
            _nameBytes.Add(bytes);
            return _nameBytes.Count;
        })) - 1;
    }

    /// <summary>Adds the functions of one debug file.</summary>
    /// <param name="module">The module; null for the kernel's core.</param>
    /// <param name="files">The source files that <paramref name="rows"/> refer to.</param>
    /// <param name="rows">The functions.</param>
    public void Add(string? module, IReadOnlyList<string> files, List<FunctionRow> rows)
    {
        lock (_gate)
        {
            var fileIds = new int[files.Count];
            Array.Fill(fileIds, -1);
            ushort moduleId = 0;
            if (module is not null)
            {
                if (!_modules.TryGetValue(module, out var id))
                {
                    if (_modules.Count == ushort.MaxValue - 1) return;
                    _modules[module] = id = _modules.Count;
                }
                moduleId = (ushort)(id + 1);
            }
            foreach (var row in rows)
            {
                ref var file = ref fileIds[row.File];
                if (file < 0 && !_files.TryGetValue(files[row.File], out file)) _files[files[row.File]] = file = _files.Count;
                _rows.Add(new Row(row.Name, row.Address, row.Size, file, row.Line, moduleId, row.IsInlined));
            }
        }
    }

    /// <summary>Creates the table.</summary>
    public SymbolTable Build()
    {
        var rows = SortRows();
        var heap = new MemoryStream();
        heap.WriteByte(0);
        var body = new byte[SymbolTable.HeaderSize + (long)rows.Length * SymbolTable.RecordSize
            + (_files.Count + _modules.Count) * 4L];
        var count = WriteRecords(rows, body, heap);
        var end = SymbolTable.HeaderSize + count * SymbolTable.RecordSize;
        foreach (var text in _files.OrderBy(f => f.Value).Concat(_modules.OrderBy(m => m.Value)))
        {
            BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(end), AddText(heap, NameText.Encode(text.Key)));
            end += 4;
        }
        WriteHeader(body.AsSpan(0, SymbolTable.HeaderSize), count, heap);
        var image = new byte[end + heap.Length];
        body.AsSpan(0, end).CopyTo(image);
        heap.GetBuffer().AsSpan(0, (int)heap.Length).CopyTo(image.AsSpan(end));
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), SymbolTable.Checksum(image.AsSpan(16)));
        return SymbolTable.Open(image) ?? throw new InvalidOperationException("A new symbol table cannot be opened.");
    }

    /// <summary>The rows by name, module and place.</summary>
    private Row[] SortRows()
    {
        var ranks = RankNames();
        var rows = _rows.ToArray();
        var keys = new ulong[rows.Length];
        for (var i = 0; i < rows.Length; i++)
            keys[i] = ((ulong)(uint)ranks[rows[i].Name] << 32) | ((uint)rows[i].Module << 1) | (rows[i].IsInlined ? 1u : 0);
        Array.Sort(keys, rows);
        for (int i = 0, end; i < rows.Length; i = end)
        {
            for (end = i + 1; end < rows.Length && keys[end] == keys[i]; end++) { }
            if (end - i > 1)
                rows.AsSpan(i, end - i).Sort((a, b) => (a.Address, a.File, a.Line).CompareTo((b.Address, b.File, b.Line)));
        }
        return rows;
    }

    /// <summary>Writes the records and their names.</summary>
    /// <returns>The number of records.</returns>
    private int WriteRecords(Row[] rows, byte[] body, MemoryStream heap)
    {
        var nameOffsets = new int[_nameBytes.Count];
        var count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            // Aliases with the same name and place that differ only in size become one row.
            if (i > 0 && rows[i] with { Size = 0 } == rows[i - 1] with { Size = 0 }) continue;
            ref readonly var row = ref rows[i];
            ref var name = ref nameOffsets[row.Name];
            if (name == 0) name = AddText(heap, _nameBytes[row.Name]);
            var record = body.AsSpan(SymbolTable.HeaderSize + count * SymbolTable.RecordSize, SymbolTable.RecordSize);
            BinaryPrimitives.WriteUInt64LittleEndian(record, row.Address);
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], row.Size);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], name);
            BinaryPrimitives.WriteInt32LittleEndian(record[16..], row.File);
            BinaryPrimitives.WriteInt32LittleEndian(record[20..], row.Line);
            BinaryPrimitives.WriteUInt16LittleEndian(record[24..], row.Module);
            BinaryPrimitives.WriteUInt16LittleEndian(record[26..], row.IsInlined ? (ushort)1 : (ushort)0);
            count++;
        }
        return count;
    }

    private void WriteHeader(Span<byte> header, int count, MemoryStream heap)
    {
        SymbolTable.Magic.CopyTo(header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], SymbolTable.FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(header[16..], count);
        BinaryPrimitives.WriteInt32LittleEndian(header[20..], _files.Count);
        BinaryPrimitives.WriteInt32LittleEndian(header[24..], _modules.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(header[40..], TextStart);
        var offset = 48;
        foreach (var text in (string?[])[Path, Release, BuildId, Fingerprint])
        {
            var place = string.IsNullOrEmpty(text) ? 0 : AddText(heap, NameText.Encode(text));
            BinaryPrimitives.WriteInt32LittleEndian(header[offset..], place);
            offset += 4;
        }
        BinaryPrimitives.WriteInt32LittleEndian(header[28..], (int)heap.Length);
    }

    /// <summary>
    /// The rank of each name in the order of bytes. The first eight bytes, compared as one number, nearly always decide.
    /// </summary>
    private int[] RankNames()
    {
        var order = new int[_nameBytes.Count];
        var keys = new ulong[order.Length];
        Span<byte> first = stackalloc byte[8];
        for (var i = 0; i < order.Length; i++)
        {
            order[i] = i;
            first.Clear();
            _nameBytes[i].AsSpan(0, Math.Min(8, _nameBytes[i].Length)).CopyTo(first);
            keys[i] = BinaryPrimitives.ReadUInt64BigEndian(first);
        }
        Array.Sort(keys, order);
        for (int i = 0, end; i < order.Length; i = end)
        {
            for (end = i + 1; end < order.Length && keys[end] == keys[i]; end++) { }
            if (end - i > 1) order.AsSpan(i, end - i).Sort((a, b) => _nameBytes[a].AsSpan().SequenceCompareTo(_nameBytes[b]));
        }
        var ranks = new int[order.Length];
        for (var i = 0; i < order.Length; i++) ranks[order[i]] = i;
        return ranks;
    }

    private static int AddText(MemoryStream heap, ReadOnlySpan<byte> text)
    {
        var offset = (int)heap.Length;
        // A zero terminates a text. Only a made-up file has a name with a zero inside; the name ends there.
        if (text.IndexOf((byte)0) is >= 0 and var zero) text = text[..zero];
        heap.Write(text);
        heap.WriteByte(0);
        return offset;
    }
}
