using KernelMagnifier.Symbols;

namespace KernelMagnifier.Fuzzing;

/// <summary>Kernels and modules with debug information.</summary>
internal class ElfTarget(string name) : FuzzTarget(name)
{
    private static readonly SymbolMapOptions Options = new() { NoCache = true, Threads = 1, DebugRoots = [] };

    public ElfTarget() : this("elf") { }

    public override int Longest => 64 << 10;

    protected override long MemoryPerByte => 16_384;

    protected override long StepsPerByte => 8192;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var map = SymbolMap.OfImage(Scratch.Mine.With(input), Options);
        foreach (var row in map.Rows.Take(20))
        {
            Check(row.Function.Length > 0, $"a function without a name");
            _ = map.Resolve(row.Function, row.Module, row.Address);
        }
    }
}
