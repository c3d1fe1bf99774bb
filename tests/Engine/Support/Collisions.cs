using System.Text;
using KernelMagnifier.Benchmarks.Generation;
using KernelMagnifier.Engine.Tests.TraceDat;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>
/// Keys and files that were chosen to collide in tables without a secret: those of .NET for numbers, and products with a public
/// factor.
/// </summary>
internal static class Collisions
{
    /// <summary>The public factor of the former hashes.</summary>
    public const ulong Factor = CollidingEdges.Factor;

    /// <summary>A prime that a Dictionary has as its size.</summary>
    public const int Prime = 36353;

    /// <summary>The kernel's text in <see cref="Elf"/>: all addresses that fit into 56 bits.</summary>
    private const ulong TextSize = 1UL << 56;

    /// <summary>Numbers whose halves are equal: their hash in .NET is 0.</summary>
    public static IEnumerable<ulong> Folded(int count) => Enumerable.Range(1, count).Select(i => ((ulong)i << 32) | (uint)i);

    /// <summary>Multiples of <see cref="Prime"/>: one bucket of a Dictionary.</summary>
    public static IEnumerable<int> Multiples(int count) => Enumerable.Range(1, count).Select(i => i * Prime);

    /// <summary>Numbers whose product with <see cref="Factor"/> is small, so that the upper bits of all products are equal.</summary>
    public static IEnumerable<ulong> SmallProducts(int count)
    {
        // Newton's iteration for the inverse modulo 2^64.
        var inverse = Factor;
        for (var i = 0; i < 6; i++) inverse *= 2 - Factor * inverse;
        return Enumerable.Range(1, count).Select(i => inverse * (ulong)i);
    }

    /// <summary>Text of the function tracer whose edges collide in the table of counts.</summary>
    /// <param name="edges">The number of edges.</param>
    /// <param name="repeats">How often each is called.</param>
    public static byte[] Text(int edges, int repeats)
    {
        const int Names = 4000;
        var text = new StringBuilder("# tracer: function\n#\n");
        // The ids of names follow their first appearance: the function's before its caller's.
        for (var i = 1; i <= Names; i += 2) Line(i, i + 1);
        var pairs = CollidingEdges.Choose(edges, Names).ToList();
        for (var n = 0; n < repeats; n++)
            foreach (var (function, caller) in pairs)
                Line(function, caller);
        return Encoding.ASCII.GetBytes(text.ToString());

        void Line(int function, int caller)
            => text.Append("  a-1 [000] d..1. 1.000000: f").Append(function).Append(" <-f").Append(caller).Append('\n');
    }

    /// <summary>A trace.dat with calls from and to addresses without a symbol.</summary>
    /// <param name="calls">The number of calls.</param>
    /// <param name="keys">Two addresses for each call, in turns.</param>
    public static byte[] TraceDat(int calls, IEnumerable<ulong> keys)
    {
        const int CallsInPage = 120;
        var addresses = keys.ToArray();
        var builder = new DatBuilder { Kallsyms = "0000000000000001 T first\n0000000000000002 T end\n" };
        for (var i = 0; i < calls; i += CallsInPage)
        {
            var page = builder.NewPage((ulong)i);
            for (var n = i; n < Math.Min(calls, i + CallsInPage); n++) page.Call(1, addresses[2 * n % addresses.Length], addresses[(2 * n + 1) % addresses.Length]);
            builder.Page(0, page);
        }
        return builder.ToArray();
    }

    /// <summary>A trace.dat with calls of tasks whose pids are in one bucket of a Dictionary, in turns.</summary>
    public static byte[] Pids(int calls)
    {
        const int CallsInPage = 120;
        var builder = new DatBuilder();
        for (var i = 0; i < calls; i += CallsInPage)
        {
            var page = builder.NewPage((ulong)i);
            for (var n = i; n < Math.Min(calls, i + CallsInPage); n++) page.Call(1, 0xffff1000, 0xffff3000, (n % Prime + 1) * Prime);
            builder.Page(0, page);
        }
        return builder.ToArray();
    }

    /// <summary>A kernel with an abbreviation table of codes whose hash in .NET is 0, and an entry of each.</summary>
    public static byte[] Abbreviations(int codes)
    {
        var abbreviations = new List<byte>([1, 0x11, 1, 0, 0]);
        var entries = new List<byte>([1]);
        foreach (var code in Folded(codes))
        {
            Leb(abbreviations, code);
            abbreviations.AddRange([0x24, 0, 0, 0]); // DW_TAG_base_type without attributes
            Leb(entries, code);
        }
        abbreviations.Add(0);
        entries.Add(0);
        return Elf([.. abbreviations], entries, 1);
    }

    /// <summary>A kernel with symbols at addresses whose hash in .NET is 0.</summary>
    /// <param name="symbols">The number of symbols.</param>
    /// <param name="inFunction">Whether a function of the debug information has them all inside.</param>
    public static byte[] Symbols(int symbols, bool inFunction)
    {
        // DW_TAG_compile_unit and DW_TAG_subprogram with DW_AT_low_pc (an address) and DW_AT_high_pc (a length).
        byte[] abbreviations = [1, 0x11, 1, 0x11, 1, 0x12, 7, 0, 0, 2, 0x2e, 0, 0x11, 1, 0x12, 7, 0, 0, 0];
        byte[] all = [.. DatBuilder.Bytes(0, 8, false), .. DatBuilder.Bytes(TextSize, 8, false)];
        var entries = new List<byte>([1, .. all]);
        if (inFunction) entries.AddRange([2, .. all]);
        entries.Add(0);
        return Elf(abbreviations, entries, symbols);
    }

    private static byte[] Elf(byte[] abbreviations, List<byte> entries, int symbols)
    {
        byte[] unit = [.. Number((ulong)entries.Count + 7, 4), 4, 0, 0, 0, 0, 0, 8, .. entries];
        byte[] table = [.. new byte[24], .. Folded(symbols)
            .SelectMany(address => (byte[])[1, 0, 0, 0, 0x12, 0, 1, 0, .. Number(address, 8), .. Number(1, 8)])];
        return ElfFiles.Of(TextSize, ("symtab", table), ("strtab", "\0f\0"u8.ToArray()),
            ("debug_info", unit), ("debug_abbrev", abbreviations));
    }

    private static byte[] Number(ulong value, int size) => DatBuilder.Bytes(value, size, bigEndian: false);

    private static void Leb(List<byte> to, ulong value)
    {
        for (; value > 0x7f; value >>= 7) to.Add((byte)(value | 0x80));
        to.Add((byte)value);
    }
}
