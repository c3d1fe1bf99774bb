using System.Text;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command log send.</summary>
public sealed class LogSendTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("km-send").FullName;

    [Fact]
    public void RecordsOfAFileAreSentAndWhatWaitsIsSentLater()
    {
        var (from, to, spool) = (Path.Combine(_directory, "from.ndjson"), Path.Combine(_directory, "to.ndjson"), Path.Combine(_directory, "spool"));
        File.WriteAllText(from, string.Concat(Enumerable.Range(1, 3).Select(i => Line(i) + "\n")));
        Directory.CreateDirectory(to);
        var away = Tool.Run("log", "send", "--spool", spool, "--to", $"file:{to}", from);
        Assert.Equal(ExitCode.BadOutput, away.Exit);
        Assert.Contains("0 delivered, 3 waiting, 0 dropped", away.Out, StringComparison.Ordinal);
        Directory.Delete(to);
        var sent = Tool.Run("log", "send", "--spool", spool).Succeeds();
        Assert.Equal($"file:{to}: 3 delivered, 0 waiting, 0 dropped\n", sent.Out);
        Assert.Equal(File.ReadAllText(from), File.ReadAllText(to));
        Assert.Contains("3", Tool.Run("log", to, "--json").Succeeds().Out, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatIsWrongIsSaid()
    {
        Assert.Equal(ExitCode.Usage, Tool.Run("log", "send", "--to", "file:relative").Exit);
        Assert.Equal(ExitCode.Usage, Tool.Run("log", "send", "--spool", _directory, "file").Exit);
        Assert.Contains("Send the records that wait", Tool.Run("log", "send", "--help").Succeeds().Out, StringComparison.Ordinal);
        Assert.Contains("Read logs of measurements", Tool.Run("log", "--help").Succeeds().Out, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_directory, true);

    private static string Line(int number) => Encoding.UTF8.GetString(MeasurementJson.ToLine(new Measurement
    {
        Id = Guid.NewGuid(), Status = "Completed", StartTime = new DateTimeOffset(2026, 11, 30, number, 0, 0, TimeSpan.Zero),
        Duration = TimeSpan.FromSeconds(1), Request = new MeasurementRequest(),
    }));
}
