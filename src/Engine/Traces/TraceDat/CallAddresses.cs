using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Maps addresses to function ids, for all threads of a reading. All addresses inside one symbol share one id. An address outside
/// every symbol is named by its hexadecimal value.
/// </summary>
internal sealed class CallAddresses(Kallsyms symbols, CallNames names)
{
    // A damaged file can hold millions of meaningless addresses; naming all of them would exhaust memory.
    private const int MostUnnamed = 65_536;

    private readonly NumberTable<int> _unnamed = new();

    // Created with the first call: events without calls do not need the symbols.
    private int[]? _bySymbol;

    /// <summary>The id of the function that contains an address.</summary>
    public int Function(ulong address)
    {
        var symbol = symbols.Find(address);
        if (symbol < 0) return Unnamed(address);
        var known = _bySymbol ?? Create();
        var id = Volatile.Read(ref known[symbol]);
        if (id != 0) return id;
        var (name, module, start) = symbols[symbol];
        id = names.Function(name, module, start);
        Volatile.Write(ref known[symbol], id);
        return id;
    }

    private int[] Create()
    {
        var created = new int[symbols.Count];
        return Interlocked.CompareExchange(ref _bySymbol, created, null) ?? created;
    }

    private int Unnamed(ulong address)
    {
        lock (_unnamed)
        {
            if (_unnamed.TryGetValue(address, out var id)) return id;
            if (_unnamed.Count >= MostUnnamed) return names.Function("(more addresses without a symbol)", null);
            id = names.Function($"0x{address:x}", null, address);
            _unnamed.Set(address, id);
            return id;
        }
    }
}
