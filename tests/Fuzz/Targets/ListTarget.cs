using System.Text;
using KernelMagnifier.Recording;
using KernelMagnifier.Selection;
using KernelMagnifier.Text;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Short text from users and tracefs: CPU lists and masks, sizes, wildcard patterns, and the kernel's list of functions.
/// </summary>
internal sealed class ListTarget() : FuzzTarget("lists")
{
    public override int Longest => 1024;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var text = Encoding.UTF8.GetString(input);
        if (CpuList.TryParse(text, out var cpus))
            Check(cpus.Count > 0 && cpus.TrueForAll(c => c is >= 0 and < 65_536), $"a list of {cpus.Count} CPUs");
        if (CpuList.TryParseMask(text, out cpus))
        {
            Check(CpuList.TryParseMask(CpuList.ToMask(cpus), out var again) && again.SequenceEqual(cpus),
                $"a mask of {cpus.Count} CPUs changes when it is written and read");
        }
        if (Sizes.TryParse(text, out var size)) Check(size >= 0, $"a size of {size} bytes");
        _ = CpuStats.Parse(text);
        Check(FunctionSet.Parse(input, false).Count <= Lines.Count(input).All, $"more functions than lines");
        Check(FunctionSet.Parse(input, true).Count <= Lines.Count(input).All, $"more functions than lines");
        var half = text.Length / 2;
        var pattern = new Glob(text[..half]);
        _ = pattern.IsMatch(text.AsSpan(half));
        if (text[..half].AsSpan().IndexOfAny("*?[\\`") < 0)
            Check(pattern.IsMatch(text.AsSpan(half)) == text.AsSpan(half).SequenceEqual(text.AsSpan(0, half)),
                $"a plain name matches another");
        Check(new Glob("*").IsMatch(text), $"* does not match");
    }
}
