using KernelMagnifier.Probes.Audit;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command probe verify.</summary>
public sealed class ProbeVerifyTests : IDisposable
{
    private readonly ProbeFolder _folder = new();

    [Fact]
    public void AWholeLogIsToldFromAChangedOne()
    {
        for (var i = 0; i < 3; i++) AuditLog.Append(_folder.Policy, new AuditEntry { Action = "Refused", Probe = "alpha", Reason = "no" });
        var log = _folder.Policy.AuditLog;
        var whole = Tool.Run("probe", "verify", "--policy", _folder.PolicyFile()).Succeeds();
        Assert.Contains("3 records, 0 findings", whole.Out, StringComparison.Ordinal);
        var text = File.ReadAllLines(log);
        File.WriteAllLines(log, [text[0], text[2]]);
        var cut = Tool.Run("probe", "verify", log, "--policy", _folder.PolicyFile());
        Assert.Equal(ExitCode.BadInput, cut.Exit);
        Assert.Contains("1 findings", cut.Out, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, Tool.Run("probe", "verify", log, log).Exit);
    }

    public void Dispose() => _folder.Dispose();
}
