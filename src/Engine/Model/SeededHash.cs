using System.Runtime.CompilerServices;

namespace KernelMagnifier.Model;

/// <summary>
/// A hash of numbers with secrets of its own, for tables whose keys come from a file: whoever writes the file cannot choose keys
/// that collide. <see cref="ByteHash"/> is the same for byte strings.
/// </summary>
/// <remarks>
/// <para>The upper bits of a hash are mixed best and index tables.</para>
/// <para>A sum of products with two secret factors would not do for a pair: keys that differ only in the upper bits of both numbers
/// collide then for every choice of odd factors. So the hash of a pair is NH of UMAC (RFC 4418), as in <see cref="ByteHash"/>:
/// two different pairs have the same hash with a probability of 2^-32 over the secrets.</para>
/// </remarks>
internal readonly struct SeededHash
{
    /// <summary>
    /// The most slots that a key in a table with open addressing may be away from its home. In a table that is half full, of any
    /// size, no key is so far away unless the secrets are bad; the table then takes new ones.
    /// </summary>
    public const int LongestProbe = 256;

    private readonly ulong _first;
    private readonly ulong _last;
    private readonly uint _a, _b, _c, _d;

    private SeededHash(ReadOnlySpan<ulong> secrets)
    {
        (_first, _last) = (secrets[0] | 1, secrets[1] | 1);
        (_a, _b) = ((uint)secrets[2], (uint)(secrets[2] >> 32));
        (_c, _d) = ((uint)secrets[3], (uint)(secrets[3] >> 32));
    }

    /// <summary>Returns a hash with new secrets.</summary>
    public static SeededHash Create()
    {
        Span<ulong> secrets = stackalloc ulong[4];
        Secrets.Fill(secrets);
        return new SeededHash(secrets);
    }

    /// <summary>Returns the hash of a number. Different numbers have different hashes; that of 0 is 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ulong key)
    {
        var hash = key * _first;
        return (hash ^ hash >> 32) * _last;
    }

    /// <summary>
    /// Returns the hash of a pair of numbers the first of which is below 2^56, such as one of two ids: at less cost, and nothing is
    /// known about equal hashes of pairs that differ in the upper bits of the first number.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong OfIds(ulong key, ulong key2)
    {
        var hash = key * _first;
        return ((hash ^ hash >> 32) + key2) * _last;
    }

    /// <summary>Returns the hash of a pair of numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Of(ulong key, ulong key2)
    {
        var hash = (ulong)((uint)key + _a) * ((uint)(key >> 32) + _b) + (ulong)((uint)key2 + _c) * ((uint)(key2 >> 32) + _d);
        hash *= _first;
        return (hash ^ hash >> 32) * _last;
    }
}
