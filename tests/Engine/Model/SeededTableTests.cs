using System.Runtime.CompilerServices;
using KernelMagnifier.Benchmarks.Generation;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Symbols.Dwarf;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Engine.Tests.Model;

/// <summary>
/// Each table whose keys come from a file, with keys that collided in it before its hash had secrets. The work is counted: the
/// former tables passed over half of all keys for each key.
/// </summary>
public class SeededTableTests
{
    private const int Count = 20_000;

    // In a table that is half full, a new key passes over 1.5 others on average; growing passes over some again.
    private const long Most = 5L * Count;

    [Fact]
    public void TheKeysCollidedBefore()
    {
        Assert.All(Collisions.Folded(100), key => Assert.Equal(0, key.GetHashCode()));
        Assert.All(Collisions.Multiples(100), key => Assert.Equal(0, key.GetHashCode() % Collisions.Prime));
        Assert.All(Collisions.SmallProducts(Count), key => Assert.Equal(0ul, key * Collisions.Factor >> 44));
        Assert.InRange(Former(CollidingEdges.Choose(Count, 4000).Select(p => ((ulong)(uint)p.Function << 32) | (uint)p.Caller)), 100 * Most, long.MaxValue);
    }

    [Theory]
    [InlineData("dense")]
    [InlineData("multiples of 2^40")]
    [InlineData("upper bits")]
    [InlineData("equal halves")]
    [InlineData("small products")]
    [InlineData("a prime")]
    public void NumberTable(string set)
    {
        var (table, keys) = (new NumberTable<int>(), SeededHashTests.Keys(set, 16_384).ToList());
        for (var i = 0; i < keys.Count; i++) table.Set(keys[i], i);
        Assert.Equal(keys.Count, table.Count);
        Assert.InRange(table.Probes, 0, Most);
        for (var i = 0; i < keys.Count; i++) Assert.True(table.TryGetValue(keys[i], out var value) && value == i);
        Assert.False(table.TryGetValue(ulong.MaxValue - 1, out _));
        table.Clear();
        Assert.False(table.TryGetValue(keys[0], out _));
    }

    [Fact]
    public void ATableTakesNewSecretsWhenKeysPileUp()
    {
        // The keys are chosen with the secrets at hand, as nobody else can.
        var known = Fixed(1, SeededHash.Create);
        var number = Fixed(1, () => new NumberTable<int>());
        var counts = Fixed(1, () => new CountTable());
        var functions = Fixed(1, () => new StackTree());
        var keys = Enumerable.Range(1, 1 << 26).Select(i => (ulong)(uint)i | 1UL << 32).Where(key => known.Of(key) >> 33 << 45 >> 45 < 2000).Take(Count).ToList();
        var pairs = Enumerable.Range(1, 1 << 26).Select(i => (ulong)i).Where(key => known.OfIds(key, 3) >> 45 < 2000).Take(Count).ToList();
        foreach (var key in keys)
        {
            number.Set(key, 1);
            functions.Child(StackTree.Outermost, (int)key);
        }
        foreach (var key in pairs) counts.Add(key, 3, new CallRecord());
        Assert.Equal((Count, Count), (keys.Count, pairs.Count));
        Assert.All(new[] { number.Probes, counts.Probes, functions.Probes }, probes => Assert.InRange(probes, 0, 20 * Most));
        Assert.Equal(Count, counts.Rows().Count);
    }

    [Fact]
    public void Counts()
    {
        var table = new CountTable();
        foreach (var (upper, lower) in CollidingEdges.Choose(Count, 4000)) table.Add(((ulong)(uint)upper << 32) | (uint)lower, 0, new CallRecord());
        Assert.Equal(Count, table.Rows().Count);
        Assert.InRange(table.Probes, 0, Most);
        var joined = new CountTable();
        joined.Add(table);
        Assert.InRange(joined.Probes, 0, Most);
    }

    [Fact]
    public void Stacks()
    {
        var tree = new StackTree();
        foreach (var (function, _) in CollidingEdges.Choose(Count, 4000).GroupBy(p => p.Function).Select(g => (g.Key, g))) tree.Child(StackTree.Outermost, function);
        foreach (var (parent, function) in CollidingEdges.Choose(Count, 4000)) if (parent < tree.Count) tree.Child(parent, function);
        Assert.InRange(tree.Count, Count / 2, 2 * Count);
        Assert.InRange(tree.Probes, 0, 2 * Most);
    }

    [Fact]
    public void Addresses()
    {
        var ids = new FunctionIds(new CallAddresses(Kallsyms.None, new CallNames()));
        var keys = Collisions.SmallProducts(Count).Concat((ulong[])[0, ulong.MaxValue]).ToList();
        var first = keys.ConvertAll(key => ids[key]);
        Assert.Equal(first, keys.ConvertAll(key => ids[key]));
        Assert.DoesNotContain(0, first);
        Assert.InRange(ids.Probes, 0, Most);
    }

    [Fact]
    public void Numbers()
    {
        var compare = new NumberComparer();
        Spread(Collisions.Folded(Count).Select(compare.GetHashCode));
        Spread(Collisions.Folded(Count).Select(key => compare.GetHashCode((long)key)));
        Spread(Collisions.Multiples(Count).Select(compare.GetHashCode));
    }

    [Fact]
    public void Records()
    {
        var compare = new SeededComparer<InlinedFunction>();
        // The former hash was ((section * factor + offset) * factor + file) * factor + line.
        const int Factor = -1521134295;
        var functions = Enumerable.Range(1, Count).Select(i => new InlinedFunction(default, i, -i * Factor));
        Assert.Single(functions.Select(f => f.GetHashCode()).Distinct());
        Spread(functions.Select(compare.GetHashCode));
        var data = new SeededComparer<BufferInstance.CpuData>();
        Spread(Collisions.Folded(Count).Select(at => data.GetHashCode(new BufferInstance.CpuData(1, (long)at, 1))));
    }

    /// <summary>The most keys that one bucket of a Dictionary has: as many as with random hashes.</summary>
    private static void Spread(IEnumerable<int> hashes)
        => Assert.InRange(hashes.GroupBy(hash => (uint)hash % Collisions.Prime).Max(bucket => bucket.Count()), 1, 16);

    /// <summary>The probes of a table with the public factor.</summary>
    private static long Former(IEnumerable<ulong> keys)
    {
        var slots = new bool[65536];
        var probes = 0L;
        foreach (var key in keys)
        {
            var at = (int)(key * Collisions.Factor >> 33) & (slots.Length - 1);
            for (; slots[at]; probes++) at = (at + 1) & (slots.Length - 1);
            slots[at] = true;
        }
        return probes;
    }

    private static T Fixed<T>(ulong seed, Func<T> create)
    {
        Secrets.Fixed.Value = new StrongBox<ulong>(seed);
        var created = create();
        Secrets.Fixed.Value = null;
        return created;
    }
}
