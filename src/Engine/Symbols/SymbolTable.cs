using System.Buffers.Binary;
using System.Numerics;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>
/// The functions of one kernel build in one block of bytes, which is also the format of the cache on disk (see
/// docs/symbol-maps.md). A name is found by binary search in the block; nothing is decoded in advance. Every offset is checked
/// when the block is opened.
/// </summary>
internal sealed class SymbolTable
{
    /// <summary>The version of the layout and of the content.</summary>
    public const uint FormatVersion = 2;

    public const int HeaderSize = 64;
    public const int RecordSize = 32;

    internal static ReadOnlySpan<byte> Magic => "KMSYMTAB"u8;

    private readonly byte[] _image;
    private readonly int _files;
    private readonly int _modules;
    private readonly int _heap;
    private readonly string?[] _fileTexts;
    private readonly string?[] _moduleTexts;

    private SymbolTable(byte[] image, int count, int files, int modules)
    {
        _image = image;
        Count = count;
        _files = HeaderSize + count * RecordSize;
        _modules = _files + files * 4;
        _heap = _modules + modules * 4;
        _fileTexts = new string?[files];
        _moduleTexts = new string?[modules];
        TextStart = BinaryPrimitives.ReadUInt64LittleEndian(image.AsSpan(40)) is not 0 and var start ? start : null;
        Path = HeapText(48) ?? "";
        Release = HeapText(52);
        BuildId = HeapText(56);
        Fingerprint = HeapText(60);
    }

    /// <summary>The number of rows.</summary>
    public int Count { get; }

    /// <summary>The debug file that the table was made from.</summary>
    public string Path { get; }

    /// <summary>The kernel release that the debug file says; null when it does not say it.</summary>
    public string? Release { get; }

    /// <summary>The build id of the kernel in lower-case hexadecimal; null when unknown.</summary>
    public string? BuildId { get; }

    /// <summary>The <see cref="DebugFiles.Fingerprint"/> of the debug files that the table was made from.</summary>
    public string? Fingerprint { get; }

    /// <summary>The address of <c>_text</c> in the kernel as linked; null when unknown.</summary>
    public ulong? TextStart { get; }

    /// <summary>The block, as stored in the cache.</summary>
    public ReadOnlyMemory<byte> Image => _image;

    /// <summary>Opens a block. Returns null when it is not a table, has another version, or is damaged.</summary>
    public static SymbolTable? Open(byte[] image)
    {
        if (image.Length < HeaderSize || !image.AsSpan().StartsWith(Magic)) return null;
        var head = image.AsSpan(0, HeaderSize);
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[8..]) != FormatVersion) return null;
        if (BinaryPrimitives.ReadUInt32LittleEndian(head[12..]) != Checksum(image.AsSpan(16))) return null;
        long count = BinaryPrimitives.ReadUInt32LittleEndian(head[16..]);
        long files = BinaryPrimitives.ReadUInt32LittleEndian(head[20..]);
        long modules = BinaryPrimitives.ReadUInt32LittleEndian(head[24..]);
        long heap = BinaryPrimitives.ReadUInt32LittleEndian(head[28..]);
        if (HeaderSize + count * RecordSize + (files + modules) * 4 + heap != image.Length) return null;
        // The last byte of the heap is zero, so every text in it is terminated.
        if (heap == 0 || image[^1] != 0) return null;
        if (!AreOffsetsValid(image, (int)count, files, modules, heap)) return null;
        return new SymbolTable(image, (int)count, (int)files, (int)modules);
    }

    private static bool AreOffsetsValid(ReadOnlySpan<byte> image, int count, long files, long modules, long heap)
    {
        for (var i = 0; i < count; i++)
        {
            var record = image.Slice(HeaderSize + i * RecordSize, RecordSize);
            var file = BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(record[12..]) >= heap || file >= files
                || BinaryPrimitives.ReadInt32LittleEndian(record[20..]) < 0
                || BinaryPrimitives.ReadUInt16LittleEndian(record[24..]) > modules) return false;
        }
        for (var i = HeaderSize + count * RecordSize; i < image.Length - heap; i += 4)
            if (BinaryPrimitives.ReadUInt32LittleEndian(image[i..]) >= heap) return false;
        for (var i = 48; i < HeaderSize; i += 4)
            if (BinaryPrimitives.ReadUInt32LittleEndian(image[i..]) >= heap) return false;
        return true;
    }

    /// <summary>The rows of a name: the first, and the one after the last.</summary>
    public (int First, int End) Find(ReadOnlySpan<byte> name)
    {
        int low = 0, high = Count;
        while (low < high)
        {
            var middle = (low + high) >>> 1;
            if (NameOf(middle).SequenceCompareTo(name) < 0) low = middle + 1;
            else high = middle;
        }
        var end = low;
        while (end < Count && NameOf(end).SequenceEqual(name)) end++;
        return (low, end);
    }

    /// <summary>A row by its index.</summary>
    public SymbolSource Row(int index)
    {
        var record = Record(index);
        var module = BinaryPrimitives.ReadUInt16LittleEndian(record[24..]);
        var flags = BinaryPrimitives.ReadUInt16LittleEndian(record[26..]);
        var file = (int)BinaryPrimitives.ReadUInt32LittleEndian(record[16..]);
        return new SymbolSource(NameText.Decode(NameOf(index)),
            new SourceLocation(Text(_fileTexts, _files, file), BinaryPrimitives.ReadInt32LittleEndian(record[20..])),
            module == 0 ? SymbolMap.Core : Text(_moduleTexts, _modules, module - 1))
        {
            Address = (flags & 1) != 0 ? null : BinaryPrimitives.ReadUInt64LittleEndian(record),
            Size = BinaryPrimitives.ReadUInt32LittleEndian(record[8..]),
            IsInlined = (flags & 1) != 0,
        };
    }

    /// <summary>CRC-32C over 8-byte words and the remaining bytes.</summary>
    internal static uint Checksum(ReadOnlySpan<byte> bytes)
    {
        uint a = ~0u;
        for (; bytes.Length >= 8; bytes = bytes[8..]) a = BitOperations.Crc32C(a, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        foreach (var b in bytes) a = BitOperations.Crc32C(a, b);
        return ~a;
    }

    private ReadOnlySpan<byte> Record(int index) => _image.AsSpan(HeaderSize + index * RecordSize, RecordSize);

    private ReadOnlySpan<byte> NameOf(int index) => HeapBytes(BinaryPrimitives.ReadUInt32LittleEndian(Record(index)[12..]));

    private ReadOnlySpan<byte> HeapBytes(uint offset)
    {
        var rest = _image.AsSpan(_heap + (int)offset);
        return rest[..rest.IndexOf((byte)0)];
    }

    private string? HeapText(int at)
    {
        var bytes = HeapBytes(BinaryPrimitives.ReadUInt32LittleEndian(_image.AsSpan(at)));
        return bytes.IsEmpty ? null : NameText.Decode(bytes);
    }

    private string Text(string?[] texts, int table, int index) => texts[index] ??= HeapText(table + index * 4) ?? "";
}
