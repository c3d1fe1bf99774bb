using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// Maps the text <c>function &lt;-caller</c> to the ids of both functions. A recording has millions of calls but only a few
/// thousand edges, so one lookup of the whole text replaces splitting it and two lookups of names. One instance per thread,
/// without locks.
/// </summary>
internal sealed class EdgeSpellings
{
    // Text with arguments or addresses has more spellings than edges. Spellings beyond this number are parsed each time.
    private const int MaxEntries = 1 << 18;
    private const int LongestSpelling = 512;

    private readonly ByteHash _hash = new();
    private Entry[] _entries = new Entry[1 << 14];
    private byte[] _bytes = new byte[1 << 18];
    private int _used;
    private int _bytesUsed;

    private struct Entry
    {
        public ulong Hash;
        public int At;
        public int Length;
        public int Function;
        public int Caller;
    }

    /// <summary>
    /// Finds the functions of a spelling. Compares the bytes, because different spellings can have the same hash.
    /// </summary>
    /// <param name="spelling">The text.</param>
    /// <param name="hash">Its hash, for <see cref="Add"/>.</param>
    /// <param name="function">Id of the function.</param>
    /// <param name="caller">Id of the caller.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ReadOnlySpan<byte> spelling, out ulong hash, out int function, out int caller)
    {
        hash = _hash.Of(spelling);
        var mask = _entries.Length - 1;
        for (var at = (int)(hash >> 32) & mask; ; at = (at + 1) & mask)
        {
            ref var entry = ref _entries[at];
            if (entry.Length == 0)
            {
                function = caller = 0;
                return false;
            }
            if (entry.Hash == hash && spelling.SequenceEqual(_bytes.AsSpan(entry.At, entry.Length)))
            {
                (function, caller) = (entry.Function, entry.Caller);
                return true;
            }
        }
    }

    /// <summary>Adds a spelling that <see cref="TryFind"/> did not find.</summary>
    public void Add(ReadOnlySpan<byte> spelling, ulong hash, int function, int caller)
    {
        if (spelling.Length > LongestSpelling || _used >= MaxEntries) return;
        if (++_used * 2 > _entries.Length)
        {
            var old = _entries;
            _entries = new Entry[old.Length * 2];
            foreach (var entry in old)
                if (entry.Length != 0)
                    Place(entry);
        }
        if (_bytesUsed + spelling.Length > _bytes.Length) Array.Resize(ref _bytes, _bytes.Length * 2);
        spelling.CopyTo(_bytes.AsSpan(_bytesUsed));
        Place(new Entry { Hash = hash, At = _bytesUsed, Length = spelling.Length, Function = function, Caller = caller });
        _bytesUsed += spelling.Length;
    }

    private void Place(in Entry entry)
    {
        var mask = _entries.Length - 1;
        var at = (int)(entry.Hash >> 32) & mask;
        while (_entries[at].Length != 0) at = (at + 1) & mask;
        _entries[at] = entry;
    }
}
