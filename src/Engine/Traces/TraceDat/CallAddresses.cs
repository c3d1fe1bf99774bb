using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// Addresses to function ids for all threads of a reading: the symbol an address lies in gets one id, however many
/// addresses lie in it. An address without a symbol is its own name, in hexadecimal.
/// </summary>
internal sealed class CallAddresses(Kallsyms symbols, CallNames names)
{
    // A damaged file may hold millions of addresses that mean nothing; names for all of them would fill the memory.
    private const int MostUnnamed = 65_536;

    private readonly int[] _bySymbol = new int[symbols.Count];
    private readonly Dictionary<ulong, int> _unnamed = [];

    /// <summary>The id of the function an address lies in.</summary>
    public int Function(ulong address)
    {
        var symbol = symbols.Find(address);
        if (symbol < 0) return Unnamed(address);
        var id = Volatile.Read(ref _bySymbol[symbol]);
        if (id != 0) return id;
        var (name, module, start) = symbols[symbol];
        id = names.Function(name, module, start);
        Volatile.Write(ref _bySymbol[symbol], id);
        return id;
    }

    private int Unnamed(ulong address)
    {
        lock (_unnamed)
        {
            if (_unnamed.TryGetValue(address, out var id)) return id;
            if (_unnamed.Count >= MostUnnamed) return names.Function("(more addresses without a symbol)", null);
            id = names.Function($"0x{address:x}", null, address);
            _unnamed.Add(address, id);
            return id;
        }
    }
}

/// <summary>One thread's memory of <see cref="CallAddresses"/>: open addressing, so that an address met before costs a look or two.</summary>
internal sealed class FunctionIds(CallAddresses addresses)
{
    // Calls come from some 100,000 places in a kernel; a hostile file may name any number.
    private const int LargestTable = 1 << 20;

    private Slot[] _slots = NewTable(64 - 12);
    private int _shift = 64 - 12;
    private int _used;

    /// <summary>Free while its id is 0. Its address then is one that is never looked for there first, so that a look needs to compare no more than addresses.</summary>
    private struct Slot
    {
        public ulong Address;
        public int Id;
    }

    /// <summary>The id of the function an address lies in.</summary>
    public int this[ulong address]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ref var slot = ref _slots[Home(address, _shift)];
            return slot.Address == address ? slot.Id : Probe(address);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Probe(ulong address)
    {
        var mask = _slots.Length - 1;
        var at = Home(address, _shift);
        for (; _slots[at].Id != 0; at = (at + 1) & mask)
            if (_slots[at].Address == address)
                return _slots[at].Id;
        var id = addresses.Function(address);
        if (++_used * 2 > _slots.Length)
        {
            Grow();
            return Probe(address);
        }
        _slots[at] = new Slot { Address = address, Id = id };
        return id;
    }

    private void Grow()
    {
        var old = _slots;
        if (old.Length >= LargestTable)
        {
            // Start again: addresses that matter come back soon.
            Clear(old);
            _used = 0;
            return;
        }
        _slots = NewTable(--_shift);
        _used = 0;
        var mask = _slots.Length - 1;
        foreach (var slot in old)
        {
            if (slot.Id == 0) continue;
            var at = Home(slot.Address, _shift);
            while (_slots[at].Id != 0) at = (at + 1) & mask;
            _slots[at] = slot;
            _used++;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Home(ulong address, int shift) => (int)(address * 0x9E3779B97F4A7C15 >> shift);

    private static Slot[] NewTable(int shift)
    {
        var slots = new Slot[1 << (64 - shift)];
        Clear(slots);
        return slots;
    }

    private static void Clear(Slot[] slots)
    {
        // Zero belongs to the first slot, all ones to another: each marks the slots that are not its own.
        Array.Clear(slots);
        slots[0].Address = ulong.MaxValue;
    }
}

/// <summary>
/// The calls met last, by both their addresses: a call site nearly always calls the same function, so that one look gives both ids.
/// Small enough for the second-level cache; who is not in it is looked up one by one.
/// </summary>
internal sealed class CallSites(FunctionIds functions)
{
    private const int Bits = 13;

    private readonly Site[] _sites = new Site[1 << Bits];

    // Two to a cache line.
    [StructLayout(LayoutKind.Sequential, Size = 32)]
    private struct Site
    {
        public ulong Function;
        public ulong Caller;
        public int FunctionId;
        public int CallerId;
    }

    /// <summary>Sets a call's function and caller.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fill(ref CallRecord call, ulong function, ulong caller)
    {
        ref var site = ref _sites[(int)((caller ^ (function << 20)) * 0x9E3779B97F4A7C15 >> (64 - Bits))];
        // Ids begin at 1, so a site that was never filled matches no call, not even one of address 0 from 0.
        if (site.Caller != caller || site.Function != function || site.FunctionId == 0) Learn(ref site, function, caller);
        (call.Function, call.Caller) = (site.FunctionId, site.CallerId);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Learn(ref Site site, ulong function, ulong caller)
        => site = new Site { Function = function, Caller = caller, FunctionId = functions[function], CallerId = functions[caller] };
}
