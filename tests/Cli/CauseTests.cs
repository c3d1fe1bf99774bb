using System.Text.Json;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Latency.Paths;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The commands why and path.</summary>
public class CauseTests
{
    [SharedDataFact]
    public void TheSharesOfEachOutlierAddUp()
    {
        using var json = JsonDocument.Parse(Tool.Run("why", Data("all.dat"), "--json").Out);
        Assert.Equal(51, json.RootElement.GetArrayLength());
        var before = long.MaxValue;
        foreach (var cause in json.RootElement.EnumerateArray())
        {
            Assert.Equal(Properties(typeof(LatencyCause)), Keys(cause));
            var length = cause.GetProperty("durationNanoseconds").GetInt64();
            Assert.True(length <= before);
            before = length;
            Assert.Equal(length, cause.GetProperty("shares").EnumerateArray().Sum(share => share.GetProperty("nanoseconds").GetInt64()));
            Assert.All(cause.GetProperty("shares").EnumerateArray(), share => Assert.Equal(Properties(typeof(CauseShare)), Keys(share)));
        }
    }

    [SharedDataFact]
    public void TheTotalIsOneObject()
    {
        using var json = JsonDocument.Parse(Tool.Run("why", Data("all.dat"), "--total", "--json").Out);
        var total = Assert.Single(json.RootElement.EnumerateArray());
        Assert.Equal(51, total.GetProperty("count").GetInt64());
        var text = Tool.Run("why", Data("all.dat"), "--total").Out;
        Assert.StartsWith(total.GetProperty("sentence").GetString()!.Split(';')[0], text, StringComparison.Ordinal);
        Assert.Contains("HardIrq    local_timer", text, StringComparison.Ordinal);
    }

    [SharedDataFact]
    public void TheTextIsATableAndTheTotal()
    {
        var outcome = Tool.Run("why", Data("all.dat"), "--top", "3");
        Assert.Equal(ExitCode.Ok, outcome.Exit);
        Assert.Contains("3 of 51 rows", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("file-writer/744", outcome.Out, StringComparison.Ordinal);
        Assert.Contains("51 wake-ups", outcome.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Tool.Run("why", Data("all.dat"), "--above", "p100").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("why", Data("all.dat"), "--above", "5ms", "--below", "4ms").Exit);
    }

    [SharedDataFact]
    public void StandardInputIsReadAgain()
    {
        using var input = File.OpenRead(Data("all.dat"));
        var piped = Tool.RunWith(input, false, "why", "-", "--csv").Out;
        var file = Tool.Run("why", Data("all.dat"), "--csv").Out;
        Assert.Equal(file.Split('\n').Length, piped.Split('\n').Length);
        Assert.Equal(53, piped.Split('\n').Length);
    }

    [SharedDataFact]
    public void APathCoversItsTime()
    {
        string[] window = ["--since", "89.95", "--until", "90.003"];
        using var json = JsonDocument.Parse(Tool.Run(["path", Data("all.dat"), "--pid", "744", .. window, "--json"]).Out);
        var path = json.RootElement.EnumerateArray().ToList();
        Assert.Equal(53_000_000, path.Sum(segment => segment.GetProperty("durationNanoseconds").GetInt64()));
        Assert.All(path, segment => Assert.Equal(Properties(typeof(PathSegment)), Keys(segment)));
        for (var i = 1; i < path.Count; i++) Assert.Equal(path[i - 1].GetProperty("end").GetRawText(), path[i].GetProperty("start").GetRawText());
        var text = Tool.Run(["path", Data("all.dat"), "--comm", "file-writer", .. window]).Out;
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 120, line));
    }

    [SharedDataTheory]
    [InlineData("", ExitCode.Usage, "name one task")]
    [InlineData("--pid 744 --comm x", ExitCode.Usage, "name one task")]
    [InlineData("--comm p*ng", ExitCode.Usage, "ping/739, pong/745")]
    [InlineData("--pid 99999", ExitCode.Usage, "99999")]
    [InlineData("--pid 744 --since 1 --until 2", ExitCode.Usage, "from 88.885641 to 90.175159")]
    public void AnErrorSaysWhatIsMissing(string options, int exit, string message)
    {
        var outcome = Tool.Run(["path", Data("all.dat"), .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal(exit, outcome.Exit);
        Assert.Contains(message, outcome.Error, StringComparison.Ordinal);
    }

    private static string Data(string name) => SharedData.Shared($"latency/{name}");

    private static HashSet<string> Properties(Type type)
        => [.. type.GetProperties().Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]).Order()];

    private static HashSet<string> Keys(JsonElement row) => [.. row.EnumerateObject().Select(p => p.Name).Order()];
}
