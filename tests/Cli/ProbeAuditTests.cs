using System.Text.Json;
using KernelMagnifier.Probes.Audit;

namespace KernelMagnifier.Cli.Tests;

/// <summary>The command probe audit.</summary>
public sealed class ProbeAuditTests : IDisposable
{
    private readonly ProbeFolder _folder = new();

    [Fact]
    public void TheTableIsAlignedAndSafe()
    {
        Write();
        var lines = Tool.Run("probe", "audit", "--policy", _folder.PolicyFile()).Succeeds().Lines;
        Assert.Matches("^Record +Time +Action +Probe +User +Reason", lines[0]);
        Assert.Equal(4, lines.Length);
        var column = lines[0].IndexOf("Reason", StringComparison.Ordinal);
        Assert.Equal("not approved", lines[2][column..]);
        Assert.StartsWith("not \\x1b[31mapproved", lines[3][column..], StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void JsonHasTheNamesOfTheProperties()
    {
        Write();
        var records = _folder.Audit();
        var names = records[0].EnumerateObject().Select(property => property.Name).Order();
        Assert.Equal(typeof(ProbeAuditRecord).GetProperties().Select(p => JsonNamingPolicy.CamelCase.ConvertName(p.Name)).Order(), names);
        Assert.Equal(2, records.Count);
    }

    [Fact]
    public void TimesSelect()
    {
        Write();
        Assert.Equal("", Tool.Run("probe", "audit", _folder.Policy.AuditLog, "--since", "2999-01-01").Succeeds().Out);
        Assert.Equal(ExitCode.Usage, Tool.Run("probe", "audit", _folder.Policy.AuditLog, "--since", "soon").Exit);
        Assert.NotEqual(ExitCode.Ok, Tool.Run("probe", "audit", _folder.Policy.AuditLog + ".none").Exit);
    }

    public void Dispose() => _folder.Dispose();

    private void Write()
    {
        AuditLog.Append(_folder.Policy, new AuditEntry { Action = "Refused", Probe = "alpha", Reason = "not approved" });
        AuditLog.Append(_folder.Policy, new AuditEntry { Action = "Refused", Probe = "a-long-name", Reason = "not \u001b[31mapproved" });
    }
}
