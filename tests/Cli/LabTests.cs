namespace KernelMagnifier.Cli.Tests;

/// <summary>The lab commands, as far as no guest is needed. Guests are in tests/Live/lab.sh.</summary>
public sealed class LabTests
{
    [Theory]
    [InlineData("say what the guest runs", "lab", "run")]
    [InlineData("exclude each other", "lab", "run", "--kernel", "6.1", "--kernel-image", "/etc/passwd", "--", "true")]
    [InlineData("--workload excludes", "lab", "run", "--workload", "w.json", "--", "true")]
    [InlineData("--module-path needs", "lab", "run", "--module-path", "/", "--", "true")]
    [InlineData("not accept 'xen'", "lab", "run", "--accelerator", "xen", "--", "true")]
    [InlineData("memory is less than 128 MB", "lab", "run", "--memory", "1", "--", "true")]
    [InlineData("may run is not above 0", "lab", "run", "--timeout", "0", "--", "true")]
    [InlineData("may boot is not above 0", "lab", "run", "--boot-timeout", "0", "--", "true")]
    [InlineData("from 1 to 1000", "lab", "run", "--count", "2000000000", "--", "true")]
    [InlineData("from 1 to 64", "lab", "run", "--cpus", "65", "--", "true")]
    [InlineData("--priority would have no effect", "incident", "run", "i.kmi", "--recording", "r.dat", "--priority", "x=1")]
    [InlineData("takes a time of at most an hour", "lab", "noise", "--duration", "2h")]
    public void AWrongCommandLineIsRefused(string message, params string[] args)
    {
        var run = Tool.Run(args);
        Assert.Equal(ExitCode.Usage, run.Exit);
        Assert.Contains(message, run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public void NoiseIsJson()
    {
        var run = Tool.Run("lab", "noise", "--duration", "100ms", "--json");
        Assert.Equal(ExitCode.Ok, run.Exit);
        Assert.Contains("\"noisePercent\":", run.Out, StringComparison.Ordinal);
    }
}
