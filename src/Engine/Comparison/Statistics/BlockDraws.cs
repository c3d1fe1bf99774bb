using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace KernelMagnifier.Comparison.Statistics;

/// <summary>
/// How often each block counts in each replicate of a bootstrap: as many blocks as there are, drawn with replacement. The draws
/// are the same in every process, so that a comparison repeats its answer.
/// </summary>
internal sealed class BlockDraws
{
    /// <summary>The replicates.</summary>
    public const int Replicates = 1000;

    private readonly int _blocks;
    private readonly ushort[] _weights;
    private readonly double[] _byBlock;
    private readonly double[] _sums = new double[Replicates];
    private double[] _summed = [];

    /// <summary>Draws.</summary>
    /// <param name="blocks">The number of blocks, at least 1.</param>
    /// <param name="seed">The seed; sides have different ones.</param>
    public BlockDraws(int blocks, ulong seed)
    {
        _blocks = blocks;
        _weights = new ushort[blocks * Replicates];
        var state = seed + ((ulong)blocks << 32);
        for (var start = 0; start < _weights.Length; start += blocks)
            for (var i = 0; i < blocks; i++)
                _weights[start + (int)Math.BigMul(Next(ref state), (ulong)blocks, out _)]++;
        _byBlock = new double[_weights.Length];
        for (var i = 0; i < _weights.Length; i++) _byBlock[(i % blocks * Replicates) + (i / blocks)] = _weights[i];
    }

    /// <summary>How often each block counts in a replicate.</summary>
    public ReadOnlySpan<ushort> this[int replicate] => _weights.AsSpan(replicate * _blocks, _blocks);

    /// <summary>How often a block counts in each of the replicates.</summary>
    public ReadOnlySpan<double> OfBlock(int block) => _byBlock.AsSpan(block * Replicates, Replicates);

    /// <summary>
    /// The sums of a number of the drawn blocks, in each of the replicates, valid until the next call. Nearly all rows of a comparison
    /// have the same exposures, so the last sums are kept. For one thread.
    /// </summary>
    /// <param name="values">The number of each block.</param>
    public ReadOnlySpan<double> SumsOf(ReadOnlySpan<double> values)
    {
        if (values.SequenceEqual(_summed)) return _sums;
        Array.Clear(_sums);
        for (var block = 0; block < values.Length; block++) Add(OfBlock(block), values[block], _sums);
        _summed = values.ToArray();
        return _sums;
    }

    /// <summary>Adds a multiple of some numbers to others, two at a time: the number of replicates is even.</summary>
    public static void Add(ReadOnlySpan<double> weights, double factor, Span<double> sums)
    {
        var terms = MemoryMarshal.Cast<double, Vector128<double>>(weights);
        var results = MemoryMarshal.Cast<double, Vector128<double>>(sums);
        for (var i = 0; i < results.Length; i++) results[i] += terms[i] * factor;
    }

    /// <summary>SplitMix64.</summary>
    private static ulong Next(ref ulong state)
    {
        var mixed = state += 0x9E3779B97F4A7C15;
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }
}
