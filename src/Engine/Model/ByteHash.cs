using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Model;

/// <summary>
/// A hash of byte strings that nobody can make collide: the sum of products of halves, each half with a secret added (the function NH of
/// UMAC, RFC 4418). Any two strings of one length have the same sum by chance only, one in 2^32, whatever they are. Its products are of 32 bits:
/// those of 64 bits need an instruction that not every x86-64 has, and a native executable for all of them does such a product in software.
/// </summary>
internal sealed class ByteHash
{
    // One secret for each half of the words a string is taken in; what is longer goes through them again.
    private const int Stretch = 256;

    private readonly uint[] _secrets = new uint[Stretch / sizeof(uint)];
    private readonly ulong _odd = (ulong)Random.Shared.NextInt64() | 1;

    /// <summary>Takes new secrets.</summary>
    public ByteHash() => Random.Shared.NextBytes(MemoryMarshal.AsBytes(_secrets.AsSpan()));

    /// <summary>The hash of a string; all its bits are fit to be used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ReadOnlySpan<byte> text)
    {
        if (text.Length > Stretch) return OfLong(text);
        ref var at = ref MemoryMarshal.GetReference(text);
        ref var secrets = ref MemoryMarshal.GetArrayDataReference(_secrets);
        var length = text.Length;
        var sum = (uint)length * _odd;
        if (length >= 8)
        {
            // The last word overlaps the one before it rather than end in the middle.
            ref var last = ref Unsafe.Add(ref at, length - 8);
            for (; Unsafe.IsAddressLessThan(ref at, ref last); at = ref Unsafe.Add(ref at, 8), secrets = ref Unsafe.Add(ref secrets, 2))
                sum += Product(Unsafe.ReadUnaligned<ulong>(ref at), ref secrets);
            sum += Product(Unsafe.ReadUnaligned<ulong>(ref last), ref secrets);
        }
        else if (length >= 4)
        {
            sum += Product(Unsafe.ReadUnaligned<uint>(ref at) | (ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, length - 4)) << 32, ref secrets);
        }
        else if (length > 0)
        {
            sum += Product(at | (ulong)Unsafe.Add(ref at, length >> 1) << 32 | (ulong)Unsafe.Add(ref at, length - 1) << 40, ref secrets);
        }
        sum *= _odd;
        return sum ^ sum >> 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Product(ulong word, ref uint secrets) => (ulong)((uint)word + secrets) * ((uint)(word >> 32) + Unsafe.Add(ref secrets, 1));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong OfLong(ReadOnlySpan<byte> text)
    {
        ulong hash = 0;
        for (; text.Length > Stretch; text = text[Stretch..]) hash = (hash ^ Of(text[..Stretch])) * _odd;
        return hash ^ Of(text);
    }
}
