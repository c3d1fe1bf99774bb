using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The recorded kernel's <c>/proc/kallsyms</c>. An address belongs to the nearest symbol at or below it; of several symbols at
/// one address, to the symbol that <c>trace-cmd report</c> shows.
/// </summary>
internal sealed class Kallsyms
{
    /// <summary>No symbols.</summary>
    public static readonly Kallsyms None = new([]);

    // About 200,000 lines of 16 digits are parsed before the first symbol is found.
    private static readonly sbyte[] Digits =
        [.. Enumerable.Range(0, 256).Select(c => (sbyte)(char.IsAsciiHexDigit((char)c)
            ? Convert.ToInt32($"{(char)c}", 16) : -1))];

    private readonly byte[] _text;

    // Events without addresses need no symbols, and should not wait for them.
    private readonly Lazy<(ulong[] Addresses, int[] Names)> _table;

    /// <summary>Takes lines of <c>address type name[TAB[module]]</c>, which are parsed when a symbol is looked for.</summary>
    public Kallsyms(byte[] text) => (_text, _table) = (text, new(() => Parse(text)));

    private static (ulong[] Addresses, int[] Names) Parse(byte[] text)
    {
        var addresses = new List<ulong>(text.Length / 40);
        var names = new List<int>(text.Length / 40);
        for (var at = 0; at < text.Length;)
        {
            var length = text.AsSpan(at).IndexOf((byte)'\n');
            if (length < 0) length = text.Length - at;
            if (TryLine(text.AsSpan(at, length), out var address, out var name))
            {
                addresses.Add(address);
                names.Add(at + name);
            }
            at += length + 1;
        }
        return Sorted([.. addresses], [.. names]);
    }

    private static (ulong[] Addresses, int[] Names) Sorted(ulong[] addresses, int[] names)
    {
        Array.Sort(addresses, names);
        // Symbols at one address are kept in the reverse order of the file.
        for (int i = 0, end; i < names.Length; i = end)
        {
            for (end = i + 1; end < names.Length && addresses[end] == addresses[i]; end++) { }
            if (end - i > 1) Array.Sort(names, i, end - i, Comparer<int>.Create((a, b) => b.CompareTo(a)));
        }
        return (addresses, names);
    }

    /// <summary>The number of symbols.</summary>
    public int Count => _table.Value.Names.Length;

    /// <summary>The index of the symbol that contains an address; -1 when there is none.</summary>
    /// <remarks>
    /// This repeats the binary search of libtraceevent (<c>func_bcmp</c> in <c>event-parse.c</c>) step by step. Where several
    /// symbols share an address, the steps determine which one is found, and the names must be those of <c>trace-cmd report</c>.
    /// </remarks>
    public int Find(ulong address)
    {
        var addresses = _table.Value.Addresses;
        int low = 0, high = addresses.Length;
        while (low < high)
        {
            var middle = (int)(((uint)low + (uint)high) / 2);
            var start = addresses[middle];
            // libtraceevent ends the last symbol at 0, so that symbol contains only its own address.
            var next = middle + 1 < addresses.Length ? addresses[middle + 1] : 0;
            if (address == start || (address > start && address < next)) return middle;
            if (address < start) high = middle;
            else low = middle + 1;
        }
        return -1;
    }

    /// <summary>The lowest address of the symbols with a name; null when there is none.</summary>
    public ulong? AddressOf(ReadOnlySpan<byte> name)
    {
        var (addresses, names) = _table.Value;
        for (var i = 0; i < names.Length; i++)
        {
            var line = _text.AsSpan(names[i]);
            if (line.StartsWith(name) && (line.Length == name.Length || line[name.Length] is (byte)'\n' or (byte)'\t' or (byte)' '))
                return addresses[i];
        }
        return null;
    }

    /// <summary>Name, module (null for the kernel image) and address of a symbol.</summary>
    public (string Name, string? Module, ulong Start) this[int symbol]
    {
        get
        {
            var (addresses, names) = _table.Value;
            var line = _text.AsSpan(names[symbol]);
            if (line.IndexOf((byte)'\n') is >= 0 and var end) line = line[..end];
            var length = line.IndexOfAny(" \t\r"u8);
            var name = NameText.Decode(length < 0 ? line : line[..length]);
            string? module = null;
            if (length >= 0 && line[length..].Trim(" \t\r"u8) is [(byte)'[', .. var inner, (byte)']'])
                module = NameText.Decode(inner);
            return (name, module, addresses[symbol]);
        }
    }

    private static bool TryLine(ReadOnlySpan<byte> line, out ulong address, out int name)
    {
        (address, name) = (0, 0);
        var digits = 0;
        for (; digits < line.Length && digits < 16; digits++)
        {
            var digit = Digit(line[digits]);
            if (digit < 0) break;
            address = (address << 4) | (uint)digit;
        }
        // address, space, type, space, name
        if (digits == 0 || line.Length < digits + 4 || line[digits] != ' ' || line[digits + 2] != ' ') return false;
        name = digits + 3;
        // Absolute symbols ('A') are per-CPU offsets, not addresses; on Arm, names that start with '$' mark code and data.
        return line[digits + 1] is not ((byte)'A' or (byte)'a') && line[name] is not ((byte)'$' or (byte)' ' or (byte)'\t');
    }

    private static int Digit(byte c) => Digits[c];
}
