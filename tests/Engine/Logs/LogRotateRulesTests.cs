using System.Diagnostics;
using KernelMagnifier.Logs;

namespace KernelMagnifier.Engine.Tests.Logs;

public sealed class LogRotateRulesTests
{
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    [ProgramFact("logrotate")]
    public void LogrotateTakesThemAndARotationLosesNothing()
    {
        using var place = new TemporaryDirectory();
        var target = LogTarget.Parse($"file:{place["log/km.ndjson"]}");
        place.Delivery().Deliver(SinkRecords.Make(1), [target], Long, default);
        File.WriteAllText(place["rules"], LogRotateRules.Text(target.Address, Environment.UserName, Output("id", "-gn").Trim()));
        File.SetUnixFileMode(place["rules"], (UnixFileMode)0b110_100_100);
        Assert.DoesNotContain("error", Output("logrotate", "-d", "-s", place["state"], place["rules"]), StringComparison.OrdinalIgnoreCase);
        for (var i = 2; i <= 3; i++)
        {
            Assert.Equal("", Output("logrotate", "-f", "-s", place["state"], place["rules"]));
            Assert.Equal(1, place.Delivery().Deliver(SinkRecords.Make(i), [target], Long, default)[0].Delivered);
        }
        Assert.Equal(["km.ndjson", "km.ndjson.1", "km.ndjson.2.gz"], Directory.GetFiles(place["log"]).Select(Path.GetFileName).Order());
        Assert.Equal([SinkRecords.Line(SinkRecords.Make(3))], File.ReadAllLines(target.Address));
        Assert.Equal([SinkRecords.Line(SinkRecords.Make(2))], File.ReadAllLines(target.Address + ".1"));
        Assert.Equal(SinkRecords.Line(SinkRecords.Make(1)) + "\n", Output("zcat", target.Address + ".2.gz"));
    }

    [Theory]
    [InlineData("/var/log/a b")]
    [InlineData("/var/log/*")]
    [InlineData("/var/log/a{\n}")]
    [InlineData("/var/log/\"")]
    public void APathThatLogrotateReadsOtherwiseIsRefused(string path)
        => Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => LogRotateRules.Text(path)).Code);

    private static string Output(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        process.WaitForExit();
        return output.Result + (program == "logrotate" ? error.Result : "");
    }
}
