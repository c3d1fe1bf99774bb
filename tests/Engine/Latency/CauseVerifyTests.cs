using System.Globalization;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Latency.Causes;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>Compares the shares of wake-ups with those that <c>tests/Live/cause-verify.py</c> finds by brute force.</summary>
public sealed class CauseVerifyTests
{
    [VerifyTheory]
    [InlineData("all.dat")]
    [InlineData("sched.dat")]
    [InlineData("block.dat")]
    [InlineData("sched-nocomp.dat.zst")]
    public void BruteForceFindsTheSame(string name)
    {
        var path = SharedData.Shared($"latency/{name}");
        if (name.EndsWith(".zst", StringComparison.Ordinal)) path = SharedData.Unpacked(path);
        using var reader = TraceFile.Open(path);
        var targets = ChosenIntervals.Of(reader, IntervalKind.Wakeup);
        var rows = CauseReading.Read(reader, targets).Zip(targets).SelectMany(both => both.First.Shares.Select(share => string.Create(
            CultureInfo.InvariantCulture, $"{both.Second.ProcessId},{both.Second.Start},{both.Second.End},{both.Second.Cpu},{share.Category},"
            + $"{(share.Category is "HardIrq" or "SoftIrq" ? share.Name : "")},{share.ProcessId},{share.Nanoseconds}")));
        var csv = Path.Combine(Directory.CreateTempSubdirectory("km-causes-").FullName, "causes.csv");
        File.WriteAllLines(csv, rows);
        var (code, output) = Run("python3", Path.Combine(SharedData.RepositoryRoot, "tests", "Live", "cause-verify.py"), path, csv);
        Assert.True(code == 0, output);
    }

    private static (int Code, string Output) Run(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        })!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + error.Result);
    }
}
