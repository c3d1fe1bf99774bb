using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelMagnifier.Traces.FtraceText;

/// <summary>
/// What <see cref="FunctionGraphCallParser"/> found in the texts of calls that were met before: <c>func();</c>, <c>func() {</c>
/// and <c>} /* func */</c>. One instance per thread.
/// </summary>
/// <remarks>
/// A text has two places and replaces an older one there, so the table does not grow, and whoever chooses the texts can only
/// cause that they are parsed again. A text is inside its entry, which has the size of a cache line: no second access is needed
/// to compare it.
/// </remarks>
internal sealed class FunctionGraphKnownCalls
{
    /// <summary>Longer texts are parsed each time.</summary>
    public const int LongestText = 48;

    private const int SetBits = 12;
    private const int CacheLine = 64;

    // Pinned, so that each entry stays in one line of the cache.
    private readonly byte[] _bytes = GC.AllocateArray<byte>((CacheLine << (SetBits + 1)) + CacheLine, pinned: true);
    private readonly int _start;

    // A window of 48 bytes that starts at 48 - n keeps the first n bytes.
    private static ReadOnlySpan<byte> Masks =>
    [
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
    ];

    [StructLayout(LayoutKind.Sequential, Size = CacheLine)]
    private struct Entry
    {
        public Vector128<byte> First;
        public Vector128<byte> Second;
        public Vector128<byte> Third;
        public int Function;
        public int Operand;
        public int Length;
        public FunctionGraphTokenKind Kind;
    }

    public FunctionGraphKnownCalls()
    {
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_bytes, 0);
        _start = (int)(-address & (CacheLine - 1));
    }

    private Span<Entry> Entries => MemoryMarshal.Cast<byte, Entry>(_bytes.AsSpan(_start, CacheLine << (SetBits + 1)));

    /// <summary>Reads the call that starts at a position.</summary>
    /// <param name="text">A line from this position on, and at least as much after it that it has <see cref="LongestText"/>
    /// bytes.</param>
    /// <param name="token">Takes kind, function and caller.</param>
    /// <returns>The length of the text without its newline, or 0 if it is not known.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int TryRead(ReadOnlySpan<byte> text, ref FunctionGraphToken token)
    {
        var first = Vector128.Create(text);
        var second = Vector128.Create(text[16..]);
        var third = Vector128.Create(text[32..]);
        var newline = Vector128.Create((byte)'\n');
        var newlines = Vector128.Equals(first, newline).ExtractMostSignificantBits()
            | ((ulong)Vector128.Equals(second, newline).ExtractMostSignificantBits() << 16)
            | ((ulong)Vector128.Equals(third, newline).ExtractMostSignificantBits() << 32);
        if (newlines == 0) return 0;
        var length = BitOperations.TrailingZeroCount(newlines);
        var masks = Masks.Slice(LongestText - length, LongestText);
        first &= Vector128.Create(masks);
        second &= Vector128.Create(masks[16..]);
        third &= Vector128.Create(masks[32..]);
        var set = Set(first.AsUInt64(), second.AsUInt64(), third.AsUInt64());
        var entries = Entries;
        for (var at = set; at <= set + 1; at++)
        {
            ref var entry = ref entries[at];
            if ((((entry.First ^ first) | (entry.Second ^ second) | (entry.Third ^ third)) != Vector128<byte>.Zero)
                || entry.Length != length) continue;
            (token.Kind, token.Function, token.Operand) = (entry.Kind, entry.Function, entry.Operand);
            return length;
        }
        return 0;
    }

    /// <summary>Adds a text that was parsed.</summary>
    public void Add(ReadOnlySpan<byte> text, in FunctionGraphToken token)
    {
        if (text.Length is 0 or > LongestText) return;
        Span<byte> padded = stackalloc byte[LongestText];
        padded.Clear();
        text.CopyTo(padded);
        var entry = new Entry
        {
            First = Vector128.Create<byte>(padded),
            Second = Vector128.Create<byte>(padded[16..]),
            Third = Vector128.Create<byte>(padded[32..]),
            Function = token.Function,
            Operand = token.Operand,
            Length = text.Length,
            Kind = token.Kind,
        };
        var set = Set(entry.First.AsUInt64(), entry.Second.AsUInt64(), entry.Third.AsUInt64());
        var entries = Entries;
        if (entries[set].Length != 0) entries[set + 1] = entries[set];
        entries[set] = entry;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Set(Vector128<ulong> first, Vector128<ulong> second, Vector128<ulong> third)
    {
        var mixed = first + Vector128.ShiftLeft(second, 3) + Vector128.ShiftLeft(third, 5);
        var upper = Vector128.Shuffle(mixed, Vector128.Create(1UL, 0UL)).ToScalar();
        var hash = (mixed.ToScalar() ^ (upper * 0xC2B2AE3D27D4EB4F)) * 0x9E3779B97F4A7C15;
        return (int)(hash >> (64 - SetBits)) << 1;
    }
}
