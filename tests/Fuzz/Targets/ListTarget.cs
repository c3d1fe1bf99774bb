using System.Text;
using KernelMagnifier.Recording;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Fuzzing;

/// <summary>What people and tracefs write on one line: CPU lists and masks, sizes, wildcards, the kernel's list of functions.</summary>
internal sealed class ListTarget() : FuzzTarget("lists")
{
    public override int Longest => 1024;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (CpuList.TryParse(text, out var cpus)) Promise(cpus.Count > 0 && cpus.TrueForAll(c => c is >= 0 and < 65_536), $"a list of {cpus.Count} CPUs");
        if (CpuList.TryParseMask(text, out cpus))
        {
            Promise(CpuList.TryParseMask(CpuList.ToMask(cpus), out var again) && again.SequenceEqual(cpus), $"a mask of {cpus.Count} CPUs that was written is another");
        }
        if (Sizes.TryParse(text, out var size)) Promise(size >= 0, $"a size of {size} bytes");
        _ = CpuStats.Parse(text);
        Promise(FunctionSet.Parse(input, false).Count <= Lines.Count(input).All, $"more functions than lines");
        Promise(FunctionSet.Parse(input, true).Count <= Lines.Count(input).All, $"more functions than lines");
        var half = text.Length / 2;
        var pattern = new Glob(text[..half]);
        _ = pattern.IsMatch(text.AsSpan(half));
        if (text[..half].AsSpan().IndexOfAny("*?[\\`") < 0)
            Promise(pattern.IsMatch(text.AsSpan(half)) == text.AsSpan(half).SequenceEqual(text.AsSpan(0, half)), $"a plain name matches another");
        Promise(new Glob("*").IsMatch(text), $"* does not match");
    }
}
