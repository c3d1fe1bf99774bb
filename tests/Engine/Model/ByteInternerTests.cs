using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Model;

public class ByteInternerTests
{
    [Fact]
    public void EqualBytesShareANumberAndDifferentBytesDoNot()
    {
        var interner = new ByteInterner();
        var numbers = new Dictionary<string, int>();
        var random = new Random(7);
        for (var i = 0; i < 200_000; i++)
        {
            var key = new string((char)('a' + random.Next(3)), random.Next(0, 40)) + random.Next(9000);
            var number = interner.GetOrAdd(Encoding.UTF8.GetBytes(key), _ => numbers.Count + 1);
            if (!numbers.TryAdd(key, number)) Assert.Equal(numbers[key], number);
        }
        Assert.Equal(numbers.Count, interner.Count);
        Assert.Equal(numbers.Count, numbers.Values.Distinct().Count());
        Assert.Equal(0, interner.Find("not there"u8));
    }

    [Fact]
    public void AllThreadsGetTheSameNumbers()
    {
        var interner = new ByteInterner();
        var made = 0;
        var results = new int[8][];
        Parallel.For(0, 8, new ParallelOptions { MaxDegreeOfParallelism = 8 }, thread =>
        {
            var mine = new int[20_000];
            for (var i = 0; i < mine.Length; i++)
                mine[i] = interner.GetOrAdd(Encoding.UTF8.GetBytes($"name_{i % 5000}"), _ => Interlocked.Increment(ref made));
            results[thread] = mine;
        });
        Assert.Equal(5000, made);
        Assert.All(results, r => Assert.Equal(results[0], r));
    }
}
