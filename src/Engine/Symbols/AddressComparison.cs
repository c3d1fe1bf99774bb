using System.Buffers.Text;
using KernelMagnifier.Text;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Compares the addresses of a symbol map with those of the recorded kernel, which tell two builds of one release apart when a
/// build id is missing.
/// </summary>
/// <param name="Compared">The number of functions that were compared.</param>
/// <param name="Different">The number of those that are elsewhere.</param>
internal readonly record struct AddressComparison(int Compared, int Different)
{
    // In another build, nearly every function is elsewhere. A few differ in the same build: where the map has only one of several
    // functions of a name.
    private const int Samples = 1000, FewestCompared = 8, LargestShare = 4;

    private const int LongestName = 512;

    /// <summary>Whether the map is of another build than the kernel.</summary>
    public bool IsOfAnotherBuild => Compared >= FewestCompared && Different > Compared / LargestShare;

    /// <summary>Compares a sample of the functions.</summary>
    /// <param name="rows">The rows of the map.</param>
    /// <param name="offset">The load offset of the kernel.</param>
    /// <param name="kallsyms">The recorded kernel's copy of <c>/proc/kallsyms</c>.</param>
    public static AddressComparison Of(SymbolRows rows, ulong offset, ReadOnlySpan<byte> kallsyms)
    {
        var (compared, different) = (0, 0);
        var step = Math.Max(kallsyms.Length / Samples, 1);
        for (var at = 0; at < kallsyms.Length;)
        {
            var line = kallsyms[at..];
            var end = line.IndexOf((byte)'\n');
            if (end < 0) break;
            if (Distance(line[..end], rows) is { } distance)
            {
                compared++;
                if (distance != offset) different++;
            }
            // From anywhere in a line to the start of the next one.
            at += Math.Max(end + 1, step);
            if (at >= kallsyms.Length) break;
            if (kallsyms[at - 1] != '\n')
            {
                var next = kallsyms[at..].IndexOf((byte)'\n');
                if (next < 0) break;
                at += next + 1;
            }
        }
        return new AddressComparison(compared, different);
    }

    /// <summary>
    /// The distance of a function from its place in the map; null for a line that is no function of the kernel's core, and one
    /// that the map does not have exactly once.
    /// </summary>
    private static ulong? Distance(ReadOnlySpan<byte> line, SymbolRows rows)
    {
        // ffffffff81000000 T name
        if (!Utf8Parser.TryParse(line, out ulong address, out var digits, 'x') || address == 0) return null;
        if (line.Length < digits + 4 || line[digits] != ' ' || line[digits + 1] is not ((byte)'t' or (byte)'T')) return null;
        var name = line[(digits + 3)..];
        if (name.Length > LongestName || name.IndexOf((byte)'\t') >= 0) return null;
        var found = rows.Of(NameText.Decode(name));
        return found is [{ Module: null, IsModuleKnown: true, IsInlined: false, Address: { } linked }] ? address - linked : null;
    }
}
