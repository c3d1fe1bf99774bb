using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Comparison;

/// <summary>Counts of calls by edge and block of time.</summary>
public sealed class CallBlocksTests
{
    [Theory]
    [InlineData(1, 1_000)]
    [InlineData(2, 1_000_000)]
    [InlineData(3, 1_000_000_000)]
    [InlineData(4, 1_000_000_000_000)]
    [InlineData(5, long.MaxValue / 2)]
    public void EveryCallIsInItsBlockWhateverTheOrderAndTheThread(int seed, long span)
    {
        var random = new Random(seed);
        var context = new TraceContext(new TraceSource("test"), new CallNames());
        var functions = Enumerable.Range(0, 5).Select(i => context.Names.Function(System.Text.Encoding.UTF8.GetBytes($"f{i}"))).ToArray();
        var whole = new CallBlocks();
        whole.Begin(context);
        CallBlocks[] forks = [.. Enumerable.Range(0, 3).Select(_ => (CallBlocks)whole.Fork())];
        var calls = new List<CallRecord>();
        for (var i = 0; i < 3000; i++)
        {
            var call = new CallRecord
            {
                Time = random.Next(50) == 0 ? CallRecord.NoTime : random.NextInt64(-span, span),
                Function = functions[random.Next(5)], Caller = random.Next(4) == 0 ? 0 : functions[random.Next(5)],
            };
            calls.Add(call);
            forks[random.Next(3)].Accept([call]);
        }
        foreach (var fork in forks) whole.Join(fork);
        var edges = whole.Edges();
        Assert.Equal(calls.Count, edges.Sum(edge => edge.Count));
        Assert.True(edges[0].Blocks.Count <= CallBlocks.MostBlocks);
        var first = calls.Where(call => call.Time != CallRecord.NoTime).Min(call => call.Time) / (decimal)whole.BlockWidth;
        foreach (var edge in edges)
        {
            var mine = calls.Where(call => context.Names.Functions[call.Function].Name == edge.Callee
                && context.Names.Functions[call.Caller].KnownName == edge.Caller).ToList();
            Assert.Equal(mine.Count(call => call.Time == CallRecord.NoTime), edge.Untimed);
            var expected = new long[edge.Blocks.Count];
            foreach (var call in mine.Where(call => call.Time != CallRecord.NoTime))
                expected[(int)(Math.Floor(call.Time / (decimal)whole.BlockWidth) - Math.Floor(first))]++;
            Assert.Equal(expected, edge.Blocks);
        }
    }
}
