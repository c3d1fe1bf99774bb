using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Symbols;

/// <summary>Collects functions, from any thread, and makes a <see cref="SymbolTable"/> of them.</summary>
internal sealed class SymbolTableBuilder
{
    private readonly Lock _gate = new();
    private readonly List<Row> _rows = [];
    private readonly Dictionary<string, int> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _modules = new(StringComparer.Ordinal);
    private readonly ByteInterner _names = new();
    private readonly List<byte[]> _nameBytes = [];

    private record struct Row(int Name, ulong Address, uint Size, int File, int Line, ushort Module, bool IsInlined);

    /// <summary>The file the functions come from.</summary>
    public string Path { get; set; } = "";

    /// <summary>The kernel's release.</summary>
    public string? Release { get; set; }

    /// <summary>The kernel's build id.</summary>
    public string? BuildId { get; set; }

    /// <summary>What the files looked like.</summary>
    public string? Fingerprint { get; set; }

    /// <summary>Where <c>_text</c> is.</summary>
    public ulong TextStart { get; set; }

    /// <summary>Functions so far.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _rows.Count;
        }
    }

    /// <summary>The number of a name.</summary>
    public int Name(ReadOnlySpan<byte> name)
    {
        var id = _names.Find(name);
        return (id != 0 ? id : _names.GetOrAdd(name, bytes =>
        {
            // Under the interner's lock.
            _nameBytes.Add(bytes);
            return _nameBytes.Count;
        })) - 1;
    }

    /// <summary>Adds the functions of one file at once.</summary>
    /// <param name="module">Their module; null for the kernel's core.</param>
    /// <param name="files">What <paramref name="rows"/> number their files by.</param>
    /// <param name="rows">Name as <see cref="Name"/> gives it, address, size, file, line, and whether it is only inlined.</param>
    public void Add(string? module, IReadOnlyList<string> files, List<(int Name, ulong Address, uint Size, int File, int Line, bool IsInlined)> rows)
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

    /// <summary>Sorts everything by name and packs it.</summary>
    public SymbolTable Build()
    {
        var ranks = RankNames();
        var rows = _rows.ToArray();
        var keys = new ulong[rows.Length];
        for (var i = 0; i < rows.Length; i++) keys[i] = ((ulong)(uint)ranks[rows[i].Name] << 32) | ((uint)rows[i].Module << 1) | (rows[i].IsInlined ? 1u : 0);
        Array.Sort(keys, rows);
        for (int i = 0, end; i < rows.Length; i = end)
        {
            for (end = i + 1; end < rows.Length && keys[end] == keys[i]; end++) { }
            if (end - i > 1) rows.AsSpan(i, end - i).Sort((a, b) => (a.Address, a.File, a.Line).CompareTo((b.Address, b.File, b.Line)));
        }

        var heap = new MemoryStream();
        heap.WriteByte(0);
        var nameOffsets = new int[_nameBytes.Count];
        var body = new byte[SymbolTable.HeaderSize + (long)rows.Length * SymbolTable.RecordSize + (_files.Count + _modules.Count) * 4L];
        var at = SymbolTable.HeaderSize;
        var count = 0;
        for (var i = 0; i < rows.Length; i++)
        {
            // Aliases of one name and place that differ in their size alone are one.
            if (i > 0 && rows[i] with { Size = 0 } == rows[i - 1] with { Size = 0 }) continue;
            ref readonly var row = ref rows[i];
            ref var name = ref nameOffsets[row.Name];
            if (name == 0) name = Put(heap, _nameBytes[row.Name]);
            var record = body.AsSpan(at, SymbolTable.RecordSize);
            BinaryPrimitives.WriteUInt64LittleEndian(record, row.Address);
            BinaryPrimitives.WriteUInt32LittleEndian(record[8..], row.Size);
            BinaryPrimitives.WriteInt32LittleEndian(record[12..], name);
            BinaryPrimitives.WriteInt32LittleEndian(record[16..], row.File);
            BinaryPrimitives.WriteInt32LittleEndian(record[20..], row.Line);
            BinaryPrimitives.WriteUInt16LittleEndian(record[24..], row.Module);
            BinaryPrimitives.WriteUInt16LittleEndian(record[26..], row.IsInlined ? (ushort)1 : (ushort)0);
            at += SymbolTable.RecordSize;
            count++;
        }
        foreach (var text in _files.OrderBy(f => f.Value).Concat(_modules.OrderBy(m => m.Value)))
        {
            BinaryPrimitives.WriteInt32LittleEndian(body.AsSpan(at), Put(heap, Encoding.UTF8.GetBytes(text.Key)));
            at += 4;
        }
        var head = body.AsSpan(0, SymbolTable.HeaderSize);
        SymbolTable.Magic.CopyTo(head);
        BinaryPrimitives.WriteUInt32LittleEndian(head[8..], SymbolTable.FormatVersion);
        BinaryPrimitives.WriteInt32LittleEndian(head[16..], count);
        BinaryPrimitives.WriteInt32LittleEndian(head[20..], _files.Count);
        BinaryPrimitives.WriteInt32LittleEndian(head[24..], _modules.Count);
        BinaryPrimitives.WriteUInt64LittleEndian(head[40..], TextStart);
        var texts = 48;
        foreach (var text in (string?[])[Path, Release, BuildId, Fingerprint])
        {
            BinaryPrimitives.WriteInt32LittleEndian(head[texts..], string.IsNullOrEmpty(text) ? 0 : Put(heap, Encoding.UTF8.GetBytes(text)));
            texts += 4;
        }
        BinaryPrimitives.WriteInt32LittleEndian(head[28..], (int)heap.Length);
        var image = new byte[at + heap.Length];
        body.AsSpan(0, at).CopyTo(image);
        heap.GetBuffer().AsSpan(0, (int)heap.Length).CopyTo(image.AsSpan(at));
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), SymbolTable.Checksum(image.AsSpan(16)));
        return SymbolTable.Open(image) ?? throw new InvalidOperationException("A symbol table that was just made does not open.");
    }

    /// <summary>The place of each name in the order of bytes. The first eight bytes decide nearly always, and compare as one number.</summary>
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

    private static int Put(MemoryStream heap, ReadOnlySpan<byte> text)
    {
        var at = (int)heap.Length;
        // A zero ends a text; one inside it would cut it short, and only a made-up file has one.
        if (text.IndexOf((byte)0) is >= 0 and var zero) text = text[..zero];
        heap.Write(text);
        heap.WriteByte(0);
        return at;
    }
}
