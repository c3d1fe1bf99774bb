using KernelMagnifier.Probes.Library;

namespace KernelMagnifier.Cli.Tests;

/// <summary>What the command probe run refuses before it needs BPF. Each refusal is in the audit log.</summary>
public sealed class ProbeRunTests : IDisposable
{
    private readonly ProbeFolder _folder = new();

    [RootFact]
    public void AnUnknownProbeIsRefused()
    {
        var run = _folder.Run("probe", "run", "gamma");
        Assert.Equal((ExitCode.BadInput, ""), (run.Exit, run.Out));
        AssertAudit("Refused", "gamma", "no such probe");
    }

    [RootFact]
    public void AProbeThatNobodyApprovedIsRefused()
    {
        _folder.Add("alpha");
        var run = _folder.Run("probe", "run", "alpha");
        Assert.Equal((ExitCode.Refused, ""), (run.Exit, run.Out));
        AssertAudit("Refused", "alpha", "");
        // The policy does not allow emergencies.
        Assert.Equal(ExitCode.Refused, _folder.Run("probe", "run", "alpha", "--emergency", "--reason", "the site is down").Exit);
        Assert.Equal(2, _folder.Audit().Count);
    }

    [RootFact]
    public void ABadParameterIsRefused()
    {
        _folder.Add("alpha");
        _folder.State("alpha", ReviewAction.Submit, _folder.Signer("alice"));
        _folder.State("alpha", ReviewAction.Approve, _folder.Signer("bob"));
        var run = _folder.Run("probe", "run", "alpha", "--param", "us=1\n2");
        Assert.Equal((ExitCode.Usage, ""), (run.Exit, run.Out));
        AssertAudit("Refused", "alpha", "us");
        Assert.Equal(ExitCode.Refused, _folder.Run("probe", "run", "alpha", "--duration", "86000").Exit);
    }

    [RootFact]
    public void APolicyThatOthersCanWriteIsRefused()
    {
        _folder.Add("alpha");
        var policy = _folder.PolicyFile();
        File.SetUnixFileMode(policy, File.GetUnixFileMode(policy) | UnixFileMode.OtherWrite);
        var run = Tool.Run("probe", "run", "alpha", "--library", _folder.Library, "--policy", policy);
        Assert.Equal((ExitCode.Refused, ""), (run.Exit, run.Out));
    }

    [Theory]
    [InlineData("probe", "run")]
    [InlineData("probe", "run", "a", "b")]
    [InlineData("probe", "run", "a", "--", "b")]
    [InlineData("probe", "run", "a", "--param", "us")]
    [InlineData("probe", "run", "a", "--param", "us=1", "--param", "us=2")]
    [InlineData("probe", "run", "a", "--duration", "0")]
    public void AnUnclearRequestIsRefused(params string[] args) => Assert.Equal(ExitCode.Usage, Tool.Run(args).Exit);

    public void Dispose() => _folder.Dispose();

    private void AssertAudit(string action, string probe, string reason)
    {
        var record = _folder.Audit()[^1];
        Assert.Equal((action, probe), (record.GetProperty("action").GetString(), record.GetProperty("probe").GetString()));
        Assert.Contains(reason, record.GetProperty("reason").GetString(), StringComparison.Ordinal);
    }
}
