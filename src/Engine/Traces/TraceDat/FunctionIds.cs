using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.TraceDat;

/// <summary>
/// One thread's cache of <see cref="CallAddresses"/>: an open-addressing table, so that a repeated address costs one or two
/// probes.
/// </summary>
internal sealed class FunctionIds(CallAddresses addresses)
{
    // Calls come from about 100,000 addresses in a kernel; a hostile file can contain any number.
    private const int LargestTable = 1 << 20;

    private const int SmallestShift = 64 - 12, UsualShift = 64 - 14;

    private Slot[] _slots = NewTable(SmallestShift);
    private SeededHash _hash = NewHash();
    private int _shift = SmallestShift;
    private int _used;

    /// <summary>Empty when Id is 0. Address then never hashes to this slot, so a lookup compares addresses only.</summary>
    private struct Slot
    {
        public ulong Address;
        public int Id;
    }

    /// <summary>The slots that additions have passed over.</summary>
    internal long Probes { get; private set; }

    /// <summary>The id of the function that contains an address.</summary>
    public int this[ulong address]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ref var slot = ref _slots[Home(address)];
            return slot.Address == address ? slot.Id : Probe(address);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Probe(ulong address)
    {
        var mask = _slots.Length - 1;
        var home = Home(address);
        var at = home;
        for (; _slots[at].Id != 0; at = (at + 1) & mask)
            if (_slots[at].Address == address)
                return _slots[at].Id;
        var id = addresses.Function(address);
        var passed = (at - home) & mask;
        Probes += passed;
        if (passed > SeededHash.LongestProbe)
        {
            StartOver();
            return Probe(address);
        }
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
            StartOver();
            return;
        }
        // A recording has few addresses or some thousand.
        _shift = _shift > UsualShift ? UsualShift : _shift - 1;
        _slots = NewTable(_shift);
        _used = 0;
        var mask = _slots.Length - 1;
        foreach (var slot in old)
        {
            if (slot.Id == 0) continue;
            var at = Home(slot.Address);
            for (; _slots[at].Id != 0; Probes++) at = (at + 1) & mask;
            _slots[at] = slot;
            _used++;
        }
    }

    /// <summary>Empties the table: the addresses that matter come back soon.</summary>
    private void StartOver()
    {
        Array.Clear(_slots);
        _slots[0].Address = ulong.MaxValue;
        _hash = NewHash();
        _used = 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(ulong address) => (int)(_hash.Of(address) >> _shift);

    private static SeededHash NewHash()
    {
        var hash = SeededHash.Create();
        // The address in an empty slot 0 must not have its home there.
        while (hash.Of(ulong.MaxValue) >> SmallestShift == 0) hash = SeededHash.Create();
        return hash;
    }

    private static Slot[] NewTable(int shift)
    {
        var slots = new Slot[1 << (64 - shift)];
        // Empty slots hold address 0, whose home is slot 0. Slot 0 itself holds ulong.MaxValue, whose home is another slot.
        slots[0].Address = ulong.MaxValue;
        return slots;
    }
}
