using System.Buffers.Binary;
using System.Text;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// The block of bytes that the symbol cache stores. The checksum is corrected, because otherwise no other check would be reached.
/// </summary>
internal sealed class SymbolCacheTarget() : FuzzTarget("symbol-cache")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var image = input.ToArray();
        _ = SymbolTable.Open(image);
        if (image.Length < SymbolTable.HeaderSize) return;
        BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(12), SymbolTable.Checksum(image.AsSpan(16)));
        if (SymbolTable.Open(image) is not { } table) return;
        Check(table.Count * (long)SymbolTable.RecordSize <= image.Length, $"{table.Count} rows in {image.Length} bytes");
        for (var i = 0; i < table.Count; i++)
        {
            var row = table.Row(i);
            var (first, end) = table.Find(Encoding.UTF8.GetBytes(row.Function));
            Check(first >= 0 && end <= table.Count, $"rows {first} to {end} of {table.Count}");
            if (i == 64) break;
        }
        var map = new SymbolMap(table);
        _ = map.Resolve("show", null, 0xffffffff81000000);
        _ = map.Rows.Count;
    }
}
