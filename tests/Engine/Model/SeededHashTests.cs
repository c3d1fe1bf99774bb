using System.Numerics;
using System.Runtime.CompilerServices;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Model;

public class SeededHashTests
{
    [Fact]
    public void EachHashHasSecretsOfItsOwn()
    {
        Assert.NotEqual(SeededHash.Create().Of(1), SeededHash.Create().Of(1));
        Assert.NotEqual(SeededHash.Create().Of(1, 2), SeededHash.Create().Of(1, 2));
        Assert.NotEqual(new ByteHash().Of("name"u8), new ByteHash().Of("name"u8));
    }

    [Fact]
    public void TheSecretsOfATestCanBeRepeated()
    {
        Assert.Equal(With(1), With(1));
        Assert.NotEqual(With(1), With(2));

        static (ulong, ulong, ulong) With(ulong seed)
        {
            Secrets.Fixed.Value = new StrongBox<ulong>(seed);
            var result = (SeededHash.Create().Of(1), SeededHash.Create().Of(1, 2), new ByteHash().Of("name"u8));
            Secrets.Fixed.Value = null;
            return result;
        }
    }

    /// <summary>
    /// With any sum of products by odd factors, a thousand of these million pairs have one hash whatever the factors are.
    /// </summary>
    [Fact]
    public void PairsThatDifferInTheirUpperBitsOnlyDoNotCollide()
    {
        var hash = SeededHash.Create();
        var hashes = from a in Enumerable.Range(0, 1 << 9) from b in Enumerable.Range(0, 1 << 9) select hash.Of((ulong)a << 55, (ulong)b << 55);
        Assert.InRange(MostInOneSlot(hashes, 18), 1, 24);
    }

    /// <summary>The sets of keys that real files have, and those that other hashes do not distinguish.</summary>
    [Theory]
    [InlineData("dense")]
    [InlineData("multiples of 2^40")]
    [InlineData("upper bits")]
    [InlineData("equal halves")]
    [InlineData("small products")]
    [InlineData("a prime")]
    public void NoSetOfNumbersFillsOneSlot(string set)
    {
        const int Bits = 16;
        var keys = Keys(set, 1 << Bits).ToList();
        var most = new List<int>();
        for (var i = 0; i < 20; i++)
        {
            var hash = SeededHash.Create();
            most.Add(MostInOneSlot(keys.Select(hash.Of), Bits));
            most.Add(MostInOneSlot(keys.Select(key => hash.Of(key, 7)), Bits));
            most.Add(MostInOneSlot(keys.Select(key => hash.Of(7, key)), Bits));
        }
        // Rarely, secrets are bad for a set; a table then takes new ones.
        Assert.InRange(most.Count(slot => slot > 40), 0, 1);
        Assert.InRange(most.Max(), 1, SeededHash.LongestProbe);
    }

    internal static IEnumerable<ulong> Keys(string set, int count) => set switch
    {
        "dense" => Enumerable.Range(1, count).Select(i => (ulong)i),
        "multiples of 2^40" => Enumerable.Range(1, count).Select(i => (ulong)i << 40),
        "upper bits" => Enumerable.Range(0, count).Select(i => (ulong)i << (64 - BitOperations.Log2((uint)count))),
        "equal halves" => Collisions.Folded(count),
        "small products" => Collisions.SmallProducts(count),
        _ => Enumerable.Range(1, count).Select(i => (ulong)i * Collisions.Prime),
    };

    private static int MostInOneSlot(IEnumerable<ulong> hashes, int bits)
    {
        var slots = new int[1 << bits];
        foreach (var hash in hashes) slots[hash >> (64 - bits)]++;
        return slots.Max();
    }
}
