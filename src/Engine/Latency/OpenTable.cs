using KernelMagnifier.Model;

namespace KernelMagnifier.Latency;

/// <summary>
/// The open intervals of one kind by a key of two numbers, with open addressing and a seeded hash. An interval that ends is
/// removed, so that the size depends on the intervals that are open at a time. For one thread.
/// </summary>
/// <param name="limit">The most intervals that can be open.</param>
internal sealed class OpenTable(int limit)
{
    // A kernel has far fewer work items, timers or requests at a time.
    private const int DefaultLimit = 1 << 17;

    private SeededHash _hash = SeededHash.Create();
    private Slot[] _slots = new Slot[64];

    private struct Slot
    {
        public ulong Key, Key2;
        public OpenEntry Entry;
        public bool IsUsed;
    }

    /// <summary>Creates a table with the limit for things of a kernel.</summary>
    public OpenTable() : this(DefaultLimit) { }

    /// <summary>The number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>The interval at an index that <see cref="Find"/> or <see cref="GetOrAdd"/> returned.</summary>
    public ref OpenEntry this[int index] => ref _slots[index].Entry;

    /// <summary>The index of a key, valid until the next change; -1 if it has no interval.</summary>
    public int Find(ulong key, ulong key2)
    {
        var at = SlotOf(key, key2);
        return _slots[at].IsUsed ? at : -1;
    }

    /// <summary>The index of a key, which is added if it is new; -1 if the table is full.</summary>
    public int GetOrAdd(ulong key, ulong key2)
    {
        var at = SlotOf(key, key2);
        if (_slots[at].IsUsed) return at;
        if (Count >= limit) return -1;
        if (++Count * 2 > _slots.Length)
        {
            Grow();
            at = SlotOf(key, key2);
        }
        _slots[at] = new Slot { Key = key, Key2 = key2, IsUsed = true };
        return at;
    }

    /// <summary>Removes the key at an index.</summary>
    public void Remove(int index)
    {
        var (slots, mask) = (_slots, _slots.Length - 1);
        Count--;
        // A key after the gap moves into it unless its home lies between the two, so that no search stops at the gap.
        for (var at = (index + 1) & mask; slots[at].IsUsed; at = (at + 1) & mask)
        {
            var home = Home(slots[at].Key, slots[at].Key2, mask);
            if (((at - home) & mask) < ((at - index) & mask)) continue;
            slots[index] = slots[at];
            index = at;
        }
        slots[index] = default;
    }

    /// <summary>The indexes of all keys, in no order.</summary>
    public IEnumerable<int> Indexes()
    {
        for (var i = 0; i < _slots.Length; i++)
            if (_slots[i].IsUsed)
                yield return i;
    }

    private int Home(ulong key, ulong key2, int mask) => (int)(_hash.Of(key, key2) >> 33) & mask;

    private int SlotOf(ulong key, ulong key2)
    {
        var (slots, mask) = (_slots, _slots.Length - 1);
        var at = Home(key, key2, mask);
        while (slots[at].IsUsed && (slots[at].Key != key || slots[at].Key2 != key2)) at = (at + 1) & mask;
        return at;
    }

    private void Grow()
    {
        var old = _slots;
        _slots = new Slot[old.Length * 2];
        _hash = SeededHash.Create();
        foreach (ref readonly var slot in old.AsSpan())
            if (slot.IsUsed)
                _slots[SlotOf(slot.Key, slot.Key2)] = slot;
    }
}
