using System.Text;
using KernelMagnifier.Symbols;

namespace KernelMagnifier.Fuzzing;

/// <summary>Symbol map files.</summary>
internal sealed class SymbolMapTarget() : FuzzTarget("symbol-map")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var map = SymbolMap.Load(Scratch.Mine.With(input));
        Check(map.Rows.Count + map.MalformedLines <= Lines.Count(input).All
            || input.StartsWith((ReadOnlySpan<byte>)[0x1F, 0x8B]) || input.StartsWith((ReadOnlySpan<byte>)[0x28, 0xB5]),
            $"{map.Rows.Count} rows and {map.MalformedLines} others of {Lines.Count(input).All} lines");
        foreach (var row in map.Rows.Take(100))
        {
            Check(row.Function.Length > 0 && row.SourceFile.Length > 0, $"an empty row");
            _ = map.Resolve(row.Function, row.Module, row.Address);
        }
        if (Draw(input) % 8 != 0) return;
        using var written = new MemoryStream();
        map.Write(written);
        var again = SymbolMap.Load(Scratch.Mine.With(written.ToArray()));
        Check(again.MalformedLines == 0 && again.Rows.Count == map.Rows.Count,
            $"{map.Rows.Count} rows were written, {again.Rows.Count} and {again.MalformedLines} others read");
        using var rewritten = new MemoryStream();
        again.Write(rewritten);
        var one = Encoding.UTF8.GetString(written.ToArray()).Split('\n');
        var two = Encoding.UTF8.GetString(rewritten.ToArray()).Split('\n');
        for (var i = 0; i < one.Length; i++)
            Check(i < two.Length && one[i] == two[i],
                $"a map that is written, read and written again differs: '{one[i]}' and '{two[Math.Min(i, two.Length - 1)]}'");
    }
}
