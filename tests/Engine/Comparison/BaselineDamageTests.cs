using System.Text;
using KernelMagnifier.Comparison.Baselines;

namespace KernelMagnifier.Engine.Tests.Comparison;

/// <summary>Baselines that no program writes: always the same error, in bounded memory.</summary>
public sealed class BaselineDamageTests
{
    private const string Start = "{\"schema\":\"kernel-magnifier-baseline\",\"version\":1,";

    [Theory]
    [InlineData("\"created\":\"x\"}")]
    [InlineData("\"version\":1}")]
    [InlineData("\"created\":NaN}")]
    [InlineData("\"recordings\":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]}")]
    [InlineData("\"created\":\"2026-01-01\",\"kinds\":[\"None\"],\"intervals\":1e308}")]
    [InlineData("")]
    [InlineData("\"created\":\"\\ud800\"}")]
    public void IsUnreadable(string rest) => Assert.Equal(ErrorCode.BaselineUnreadable, Fails(Start + rest));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("\u0000\u0000\u0000")]
    [InlineData("{\"schema\":\"kernel-magnifier-baseline\",\"version\":2147483648}")]
    [InlineData("{\"schema\":\"kernel-magnifier-baseline\",\"version\":-1}")]
    public void IsNoBaseline(string text) => Assert.Equal(ErrorCode.BaselineUnreadable, Fails(text));

    /// <summary>A parsed value takes 12 bytes: 100 MB of empty lists would take more than 1 GB.</summary>
    [Theory]
    [InlineData("[],")]
    [InlineData("0,")]
    [InlineData("\"\",")]
    public void ManySmallValuesAreNotParsed(string value)
    {
        var text = new StringBuilder(Start + "\"recordings\":[");
        while (text.Length < 20_000_000) text.Append(value);
        var path = Written(text.Append("0]}").ToString());
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<KernelMagnifierException>(() => BaselineFile.Read(path));
        Assert.Equal(ErrorCode.BaselineUnreadable, error.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 30_000_000);
    }

    [Fact]
    public void AHugeFileIsNotRead()
    {
        var path = Written(Start);
        using (var file = File.OpenWrite(path)) file.SetLength(300L << 20);
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(ErrorCode.BaselineUnreadable, Assert.Throws<KernelMagnifierException>(() => BaselineFile.Read(path)).Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void ManyLatenciesTakeMemoryInProportion()
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(KernelMagnifier.Fuzzing.BaselineTarget.Seed));
        var rows = new StringBuilder("\"latencies\": [");
        for (var i = 0; i < 20_000; i++)
            rows.Append(null, $"{{\"kind\":\"Wakeup\",\"key\":\"{i}\",\"count\":1,\"sum\":1,\"min\":1,\"max\":1,\"p50\":1,\"p90\":1,\"p99\":1,\"times\":\"0 1000000;0:1\"}},\n");
        var path = Written(text.Replace("\"latencies\": [", rows.ToString()).ToString());
        var before = GC.GetTotalMemory(true);
        var baseline = BaselineFile.Read(path);
        Assert.Equal(20_001, baseline.Samples[0].Latencies.Count);
        // A histogram that nothing is added to has no counters: 4 KB each would be 80 MB. Other tests run beside this one.
        Assert.InRange(GC.GetTotalMemory(true) - before, 0, 50_000_000);
        GC.KeepAlive(baseline);
    }

    private static ErrorCode Fails(string text)
        => Assert.Throws<KernelMagnifierException>(() => BaselineFile.Read(Written(text))).Code;

    private static string Written(string text)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-baseline-").FullName, "base.json");
        File.WriteAllText(path, text);
        return path;
    }
}
