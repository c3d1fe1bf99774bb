using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Model;

public class ByteHashTests
{
    [Fact]
    public void EqualBytesHaveEqualHashesAtEveryAlignment()
    {
        var hash = new ByteHash();
        var random = new Random(5);
        for (var length = 0; length < 1100; length++)
        {
            var text = new byte[length];
            random.NextBytes(text);
            var elsewhere = new byte[length + 7];
            random.NextBytes(elsewhere);
            text.CopyTo(elsewhere, 3);
            Assert.Equal(hash.Of(text), hash.Of(elsewhere.AsSpan(3, length)));
        }
    }

    [Fact]
    public void EveryBitAffectsTheHash()
    {
        var hash = new ByteHash();
        for (var length = 1; length < 700; length += length < 40 ? 1 : 61)
        {
            var text = new byte[length];
            new Random(length).NextBytes(text);
            var before = hash.Of(text);
            for (var bit = 0; bit < length * 8; bit++)
            {
                text[bit / 8] ^= (byte)(1 << (bit % 8));
                Assert.NotEqual(before, hash.Of(text));
                text[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void ZerosOfDifferentLengthHaveDifferentHashes()
    {
        var hash = new ByteHash();
        var zeros = new byte[3000];
        Assert.Equal(zeros.Length + 1, Enumerable.Range(0, zeros.Length + 1).Select(length => hash.Of(zeros.AsSpan(0, length))).Distinct().Count());
    }

    [Fact]
    public void SimilarNamesSpreadOverATable()
    {
        // Tables index by the lower half or by the upper half of the hash.
        var hash = new ByteHash();
        var (low, high) = (new int[1024], new int[1024]);
        const int Names = 1024 * 50;
        for (var i = 0; i < Names; i++)
        {
            var value = hash.Of(System.Text.Encoding.ASCII.GetBytes($"vfs_read_{i} <-ksys_read"));
            low[value & 1023]++;
            high[(value >> 32) & 1023]++;
        }
        Assert.InRange(low.Max(), 50, 110);
        Assert.InRange(high.Max(), 50, 110);
    }

    [Fact]
    public void EachHashHasItsOwnSecret() => Assert.NotEqual(new ByteHash().Of("vfs_read"u8), new ByteHash().Of("vfs_read"u8));
}
