using KernelMagnifier.Text;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// The recorded kernel's <c>/proc/kallsyms</c>. An address belongs to the nearest symbol at or below it; of several symbols at
/// one address, to the symbol that <c>trace-cmd report</c> shows.
/// </summary>
internal sealed class Kallsyms
{
    /// <summary>No symbols.</summary>
    public static readonly Kallsyms None = new(default);

    private readonly ReadOnlyMemory<byte> _text;

    // Events without addresses need no symbols, and should not wait for them.
    private readonly Lazy<KallsymsTable> _table;

    /// <summary>Takes lines of <c>address type name[TAB[module]]</c>, which are parsed when a symbol is looked for.</summary>
    public Kallsyms(ReadOnlyMemory<byte> text) => (_text, _table) = (text, new(() => KallsymsTable.Parse(text.Span)));

    /// <summary>
    /// Starts to parse the lines on another thread, for a reading that looks for symbols. Whoever looks for one meanwhile waits.
    /// </summary>
    public void Prepare()
        => new Thread(TryParse) { IsBackground = true, Name = "kernel-magnifier symbols" }.Start();

    private void TryParse()
    {
        try
        {
            _ = _table.Value;
        }
        catch (Exception)
        {
            // Whoever looks for a symbol gets it too, on a thread that reports it.
        }
    }

    /// <summary>The number of symbols.</summary>
    public int Count => _table.Value.Count;

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
        var table = _table.Value;
        var text = _text.Span;
        for (var i = 0; i < table.Count; i++)
        {
            var line = text[table.Names[i]..];
            if (!line.StartsWith(name)) continue;
            if (line.Length == name.Length || line[name.Length] is (byte)'\n' or (byte)'\t' or (byte)' ') return table.Addresses[i];
        }
        return null;
    }

    /// <summary>Name, module (null for the kernel image) and address of a symbol.</summary>
    public (string Name, string? Module, ulong Start) this[int symbol]
    {
        get
        {
            var table = _table.Value;
            var line = _text.Span[table.Names[symbol]..];
            if (line.IndexOf((byte)'\n') is >= 0 and var end) line = line[..end];
            var length = line.IndexOfAny(" \t\r"u8);
            var name = NameText.Decode(length < 0 ? line : line[..length]);
            string? module = null;
            if (length >= 0 && line[length..].Trim(" \t\r"u8) is [(byte)'[', .. var inner, (byte)']'])
                module = NameText.Decode(inner);
            return (name, module, table.Addresses[symbol]);
        }
    }
}
