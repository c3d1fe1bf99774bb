using System.Runtime.CompilerServices;

namespace KernelMagnifier.Model;

/// <summary>
/// Maps byte strings to numbers. Any number of threads may use it: a lookup takes no lock, an insertion takes one.
/// A recording of millions of lines has a few thousand distinct names, so nearly every call is a lookup.
/// </summary>
/// <remarks>
/// Keys are compared by their bytes, never by their hash alone, and the hash is keyed: names chosen to collide can neither
/// change a result nor slow a lookup down.
/// </remarks>
internal sealed class ByteInterner
{
    private readonly ByteHash _hash = new();
    private readonly Lock _gate = new();
    private Slot[] _slots = new Slot[1024];
    private int _used;

    /// <summary>
    /// A slot of the table; empty while <see cref="Value"/> is 0. Value is written last, so a reader that sees it sees the other
    /// fields.
    /// </summary>
    private struct Slot
    {
        public byte[] Key;
        public uint Hash;
        public int Value;
    }

    /// <summary>The number of distinct keys.</summary>
    public int Count => Volatile.Read(ref _used);

    /// <summary>Returns the number of a key; 0 if the key was not added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Find(ReadOnlySpan<byte> key) => Find(Volatile.Read(ref _slots), key, (uint)_hash.Of(key));

    /// <summary>
    /// Returns the number of a key. A new key gets the number that <paramref name="make"/> returns, which must not be 0.
    /// </summary>
    public int GetOrAdd(ReadOnlySpan<byte> key, Func<byte[], int> make)
    {
        var hash = (uint)_hash.Of(key);
        var value = Find(Volatile.Read(ref _slots), key, hash);
        return value != 0 ? value : Add(key, hash, make);
    }

    private int Add(ReadOnlySpan<byte> key, uint hash, Func<byte[], int> make)
    {
        lock (_gate)
        {
            var value = Find(_slots, key, hash);
            if (value != 0) return value;
            if ((_used + 1) * 2 > _slots.Length) Grow();
            var bytes = key.ToArray();
            value = make(bytes);
            Place(_slots, bytes, hash, value);
            Volatile.Write(ref _used, _used + 1);
            return value;
        }
    }

    private void Grow()
    {
        // Lookups that have started use the old table. It stays valid: a key that is missing in it is looked up again under the
        // lock.
        var bigger = new Slot[_slots.Length * 2];
        foreach (var slot in _slots)
            if (slot.Value != 0)
                Place(bigger, slot.Key, slot.Hash, slot.Value);
        Volatile.Write(ref _slots, bigger);
    }

    private static void Place(Slot[] slots, byte[] key, uint hash, int value)
    {
        var mask = slots.Length - 1;
        var at = (int)hash & mask;
        while (slots[at].Value != 0) at = (at + 1) & mask;
        slots[at].Key = key;
        slots[at].Hash = hash;
        Volatile.Write(ref slots[at].Value, value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Find(Slot[] slots, ReadOnlySpan<byte> key, uint hash)
    {
        var mask = slots.Length - 1;
        for (var at = (int)hash & mask; ; at = (at + 1) & mask)
        {
            ref var slot = ref slots[at];
            var value = Volatile.Read(ref slot.Value);
            if (value == 0) return 0;
            if (slot.Hash == hash && key.SequenceEqual(slot.Key)) return value;
        }
    }
}
