using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace KernelMagnifier.Model;

/// <summary>
/// A keyed hash of byte strings, so that a recording cannot contain names chosen to collide. It is the function NH of UMAC (RFC
/// 4418): the sum of products of 32-bit halves, with a secret added to each half. Two different strings of equal length collide
/// with a probability of 2^-32. The factors have 32 bits because the full product of 64-bit factors needs an instruction that the
/// x86-64 baseline lacks (MULX): a native executable for every x86-64 computes it in software.
/// </summary>
internal sealed class ByteHash
{
    // There is one secret for each half of a word. Longer strings reuse the secrets for each stretch.
    private const int Stretch = 256;

    private readonly uint[] _secrets = new uint[Stretch / sizeof(uint)];
    private readonly ulong _odd;

    /// <summary>Creates a hash with new secrets.</summary>
    public ByteHash()
    {
        Secrets.Fill(MemoryMarshal.AsBytes(_secrets.AsSpan()));
        Span<ulong> odd = stackalloc ulong[1];
        Secrets.Fill(odd);
        _odd = odd[0] | 1;
    }

    /// <summary>Returns the hash of a string. The upper and the lower half can both index a table.</summary>
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
            // The last word overlaps the one before it unless the length is a multiple of 8.
            ref var last = ref Unsafe.Add(ref at, length - 8);
            for (; Unsafe.IsAddressLessThan(ref at, ref last); at = ref Unsafe.Add(ref at, 8))
            {
                sum += Product(Unsafe.ReadUnaligned<ulong>(ref at), ref secrets);
                secrets = ref Unsafe.Add(ref secrets, 2);
            }
            sum += Product(Unsafe.ReadUnaligned<ulong>(ref last), ref secrets);
        }
        else if (length >= 4)
        {
            var upper = (ulong)Unsafe.ReadUnaligned<uint>(ref Unsafe.Add(ref at, length - 4)) << 32;
            sum += Product(Unsafe.ReadUnaligned<uint>(ref at) | upper, ref secrets);
        }
        else if (length > 0)
        {
            var upper = (ulong)Unsafe.Add(ref at, length >> 1) << 32 | (ulong)Unsafe.Add(ref at, length - 1) << 40;
            sum += Product(at | upper, ref secrets);
        }
        sum *= _odd;
        return sum ^ sum >> 32;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Product(ulong word, ref uint secrets)
        => (ulong)((uint)word + secrets) * ((uint)(word >> 32) + Unsafe.Add(ref secrets, 1));

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ulong OfLong(ReadOnlySpan<byte> text)
    {
        ulong hash = 0;
        for (; text.Length > Stretch; text = text[Stretch..]) hash = (hash ^ Of(text[..Stretch])) * _odd;
        return hash ^ Of(text);
    }
}
