using System.Text.Json;
using KernelMagnifier.Latency;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The latency command.</summary>
public class LatencyTests
{
    [SharedDataFact]
    public void JsonHasTheNumbersTheAccountAndTheNamesOfTheProperties()
    {
        var rows = Json("latency", Sched(), "--json");
        Assert.Equal(["OnCpu", "Idle", "Preempted", "Wakeup", "WakeupNew"], rows.Select(row => row.GetProperty("kind").GetString()));
        var wakeup = rows[3];
        long Of(string name) => wakeup.GetProperty(name).GetInt64();
        Assert.Equal((16020, 2725491229, 0, 62198, 284157, 2948686, 16926423),
            (Of("count"), Of("sumNanoseconds"), Of("minNanoseconds"), Of("p50Nanoseconds"), Of("p90Nanoseconds"), Of("p99Nanoseconds"), Of("maxNanoseconds")));
        Assert.Equal((16066, 21), (wakeup.GetProperty("account").GetProperty("starts").GetInt64(), wakeup.GetProperty("account").GetProperty("superseded").GetInt64()));
        Assert.Equal(16020, wakeup.GetProperty("histogram").EnumerateArray().Sum(bucket => bucket.GetProperty("count").GetInt64()));
        Assert.Subset(Keys(wakeup), Properties(typeof(KernelMagnifier.Latency.Latency)));
        Assert.Equal(Properties(typeof(Interval)), Keys(wakeup.GetProperty("worst")[0]));
        Assert.Equal(Properties(typeof(Interval)), Keys(Json("latency", Sched(), "--intervals", "--top", "1", "--json")[0]));
    }

    [SharedDataFact]
    public void FiltersGroupsAndTimesAreCounted()
    {
        string[] wakeup = ["latency", Sched(), "--kind", "wakeup"];
        var tasks = Tool.Run([.. wakeup, "--by", "task", "--csv"]).Succeeds().Csv();
        Assert.Equal(16020, tasks.Sum(row => long.Parse(row["count"])));
        Assert.Equal(16020, Tool.Run([.. wakeup, "--every", "100ms", "--csv"]).Succeeds().Csv().Sum(row => long.Parse(row["count"])));
        var intervals = Tool.Run([.. wakeup, "--above", "5ms", "--intervals", "--csv"]).Succeeds().Csv();
        Assert.All(intervals, row => Assert.True(long.Parse(row["durationNanoseconds"]) > 5_000_000));
        Assert.Equal($"{intervals.Count}", Assert.Single(Tool.Run([.. wakeup, "--above", "5ms", "--csv"]).Succeeds().Csv())["count"]);
        Assert.Contains("--comm nobody matches nothing", Tool.Run([.. wakeup, "--comm", "nobody"]).Error, StringComparison.Ordinal);
        Assert.All(Tool.Run("latency", Sched()).Succeeds().Lines, line => Assert.True(line.Length <= 120));
    }

    [SharedDataFact]
    public void AnEmptyResultSaysWhy()
    {
        foreach (string[] listing in new string[][] { [], ["--intervals"] })
        {
            var error = Tool.Run(["latency", Sched(), "--kind", "block", .. listing]).Error;
            Assert.Contains("Block cannot be measured, because the recording does not have block:", error, StringComparison.Ordinal);
            Assert.DoesNotContain("no interval", error, StringComparison.Ordinal);
        }
        Assert.Contains("--kind Wakeup and --by Vector",
            Tool.Run("latency", Sched(), "--kind", "wakeup", "--by", "vector").Error, StringComparison.Ordinal);
    }

    [Fact]
    public void MistakesAreReported()
    {
        foreach (string[] wrong in new string[][]
        {
            [], ["--kind", "waiting"], ["--above", "long"], ["--every", "0"], ["--intervals", "--by", "task"], ["--above", "2s", "--below", "1s"],
            ["--kind", "wakeup", "--by", "vector"], ["--kind", "wakeup", "--by", "syscall,cpu"],
        })
            Assert.Equal(ExitCode.Usage, Tool.Run(["latency", .. wrong.Length == 0 ? wrong : [.. wrong, Tool.Echo]]).Exit);
    }

    private static string Sched() => SharedData.Shared("latency/sched.dat");

    private static JsonElement[] Json(params string[] arguments)
    {
        using var document = JsonDocument.Parse(Tool.Run(arguments).Succeeds().Out);
        return [.. document.RootElement.Clone().EnumerateArray()];
    }

    private static HashSet<string> Properties(Type type) => [.. type.GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Order()];

    private static HashSet<string> Keys(JsonElement row) => [.. row.EnumerateObject().Select(p => p.Name).Order()];
}
