using System.Numerics;
using System.Runtime.CompilerServices;

namespace KernelMagnifier.Latency;

/// <summary>
/// Counts lengths in ranges that grow with them: 16 of equal size in each octave from 2^8 to 2^40, one below and one above. So a
/// value is known to 1/16 of its size, in at most 4 KB. The ranges are those of bpftrace's <c>hist(x, 4)</c>.
/// </summary>
internal sealed class LatencyHistogram
{
    /// <summary>The least value that is above the range below.</summary>
    public const long Least = 1L << FirstOctave;

    /// <summary>The least value of the range above.</summary>
    public const long Most = 1L << LastOctave;

    private const int FirstOctave = 8, LastOctave = 40;
    private const int Bits = 4;
    private const int Parts = 1 << Bits;

    // Most histograms have values in a few octaves only.
    private readonly long[]?[] _octaves = new long[]?[LastOctave - FirstOctave];
    private long _below, _above;

    /// <summary>Adds a value.</summary>
    public void Add(long value, long count = 1)
    {
        if (value < Least) _below += count;
        else if (value >= Most) _above += count;
        else
        {
            var octave = BitOperations.Log2((ulong)value);
            (_octaves[octave - FirstOctave] ??= new long[Parts])[Part(value, octave)] += count;
        }
    }

    /// <summary>Adds the values of another histogram.</summary>
    public void Add(LatencyHistogram other)
    {
        _below += other._below;
        _above += other._above;
        for (var octave = 0; octave < _octaves.Length; octave++)
        {
            if (other._octaves[octave] is not { } from) continue;
            var to = _octaves[octave] ??= new long[Parts];
            for (var part = 0; part < Parts; part++) to[part] += from[part];
        }
    }

    /// <summary>The ranges that have values, in ascending order.</summary>
    public IEnumerable<LatencyBucket> Buckets()
    {
        if (_below > 0) yield return new LatencyBucket(0, Least, _below);
        for (var octave = 0; octave < _octaves.Length; octave++)
        {
            if (_octaves[octave] is not { } counts) continue;
            var size = 1L << (octave + FirstOctave - Bits);
            for (var part = 0; part < Parts; part++)
                if (counts[part] > 0)
                    yield return new LatencyBucket((Parts + part) * size, (Parts + part + 1) * size, counts[part]);
        }
        if (_above > 0) yield return new LatencyBucket(Most, null, _above);
    }

    /// <summary>The ranges that hold some values, of which the places in ascending order are given, from 0 on.</summary>
    /// <param name="places">The places, in ascending order.</param>
    public LatencyBucket[] At(ReadOnlySpan<long> places)
    {
        var found = new LatencyBucket[places.Length];
        var (next, passed) = (0, 0L);
        foreach (var bucket in Buckets())
        {
            passed += bucket.Count;
            while (next < places.Length && places[next] < passed) found[next++] = bucket;
            if (next == places.Length) break;
        }
        return found;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Part(long value, int octave) => (int)(value >> (octave - Bits)) & (Parts - 1);
}
