using System.Buffers.Binary;
using System.Runtime.InteropServices;
using KernelMagnifier.Compression;
using KernelMagnifier.Engine.Tests.TraceDat;
using KernelMagnifier.Model;
using KernelMagnifier.Text;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Fuzzing;

/// <summary>Kernel symbols.</summary>
internal sealed class KallsymsTarget() : FuzzTarget("kallsyms")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var symbols = new Kallsyms(input.ToArray());
        var lines = Lines.Count(input).All;
        Check(symbols.Count <= lines, $"{symbols.Count} symbols in {lines} lines");
        var last = 0ul;
        for (var i = 0; i < symbols.Count; i++)
        {
            var (name, _, address) = symbols[i];
            Check(address >= last, $"symbol {i} has a lower address than the one before it");
            // The text of a name can be longer than its bytes: each byte that is not UTF-8 is written in hex.
            var bytes = NameText.Encode(name);
            Check(input.IndexOf(bytes) >= 0 && !name.Contains('\n', StringComparison.Ordinal),
                $"a symbol's name of {bytes.Length} bytes that is not in the input");
            last = address;
            foreach (var near in (ReadOnlySpan<ulong>)[address - 1, address, address + 1])
            {
                var found = symbols.Find(near);
                Check(found < symbols.Count && (found < 0 || symbols[found].Start <= near), $"symbol {found} found for {near:x}");
            }
        }
        Check(symbols.Find(0) < symbols.Count && symbols.Find(ulong.MaxValue) < symbols.Count,
            $"a symbol with an index out of range");
        _ = RecordedKernel.FromKallsyms(input);
    }
}
