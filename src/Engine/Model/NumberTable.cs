using System.Runtime.CompilerServices;

namespace KernelMagnifier.Model;

/// <summary>
/// A map from numbers that come from a file, with open addressing and a seeded hash. It has no order, so that nothing can depend on
/// the secrets of the hash. For one thread.
/// </summary>
internal sealed class NumberTable<TValue>
{
    private const int Smallest = 16;

    private SeededHash _hash = SeededHash.Create();
    private Slot[] _slots = new Slot[Smallest];
    private bool _isReseeded;

    private struct Slot
    {
        public ulong Key;
        public TValue Value;
        public bool IsUsed;
    }

    /// <summary>The number of keys.</summary>
    public int Count { get; private set; }

    /// <summary>The slots that additions have passed over, for a limit of work.</summary>
    public long Probes { get; private set; }

    /// <summary>Looks up a key.</summary>
    public bool TryGetValue(ulong key, out TValue value)
    {
        ref var slot = ref _slots[SlotOf(key)];
        value = slot.Value;
        return slot.IsUsed;
    }

    /// <summary>
    /// Returns the place of the value of a key, which is added if it is new. The place is valid until the next addition.
    /// </summary>
    public ref TValue GetOrAdd(ulong key, out bool known)
    {
        var at = SlotOf(key);
        known = _slots[at].IsUsed;
        if (!known) at = Add(key, at);
        return ref _slots[at].Value;
    }

    /// <summary>Sets the value of a key.</summary>
    public void Set(ulong key, TValue value) => GetOrAdd(key, out _) = value;

    /// <summary>Removes all keys, in a time that depends on their number only.</summary>
    public void Clear()
    {
        if (Count == 0) return;
        if (Count < _slots.Length / 8) _slots = new Slot[Smallest];
        else Array.Clear(_slots);
        (Count, _isReseeded) = (0, false);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int Home(ulong key) => (int)(_hash.Of(key) >> 33) & (_slots.Length - 1);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int SlotOf(ulong key)
    {
        var slots = _slots;
        var at = Home(key);
        while (slots[at].IsUsed && slots[at].Key != key) at = (at + 1) & (slots.Length - 1);
        return at;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private int Add(ulong key, int at)
    {
        var passed = (at - Home(key)) & (_slots.Length - 1);
        Probes += passed;
        if (++Count * 2 > _slots.Length)
        {
            _isReseeded = false;
            Rehash(_slots.Length * 2);
            at = SlotOf(key);
        }
        else if (passed > SeededHash.LongestProbe && !_isReseeded)
        {
            // Once for each size, so that the work stays proportional to the number of keys.
            _isReseeded = true;
            _hash = SeededHash.Create();
            Rehash(_slots.Length);
            at = SlotOf(key);
        }
        _slots[at].Key = key;
        _slots[at].IsUsed = true;
        return at;
    }

    private void Rehash(int size)
    {
        var old = _slots;
        _slots = new Slot[size];
        foreach (ref readonly var slot in old.AsSpan())
        {
            if (!slot.IsUsed) continue;
            var at = SlotOf(slot.Key);
            Probes += (at - Home(slot.Key)) & (size - 1);
            _slots[at] = slot;
        }
    }
}
