using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Engine.Tests.Probes.Policies;

public class PolicyTests
{
    private const string Head = "{ \"schema\": \"kernel-magnifier-probe-policy\", \"schemaVersion\": 1";

    [Fact]
    public void APolicyIsReadRelativeToItsDirectory()
    {
        using var folder = new ProbeFolder();
        var policy = Read(folder, Head + ", \"libraries\": [\"probes\"], \"approvals\": { \"Names\": 3 }, \"rules\": { \"x\": \"Off\" } }");
        Assert.Equal([folder.Library], policy.Libraries);
        Assert.Equal((3, 2, RuleSeverity.Off), (policy.Approvals[DataClass.Names], policy.Approvals[DataClass.Paths], policy.Rules["x"]));
        Assert.Equal(Environment.IsPrivilegedProcess, policy.IsTrusted);
    }

    [Theory]
    [InlineData(", \"librarys\": [] }", "librarys: there is no such property")]
    [InlineData(", \"rules\": { \"x\": \"off\" } }", "rules.x: ")]
    [InlineData(", \"emergencyUsers\": [1] }", "emergencyUsers[0]: ")]
    [InlineData(", \"emergencyUsers\": \"alice\" }", "emergencyUsers: ")]
    [InlineData(", \"approvals\": { \"Names\": 0 } }", "approvals.Names: ")]
    public void AMistakeIsRefused(string rest, string expected)
    {
        using var folder = new ProbeFolder();
        Assert.StartsWith(expected, Assert.Throws<KernelMagnifierException>(() => Read(folder, Head + rest)).Cause, StringComparison.Ordinal);
    }

    [Fact]
    public void APolicyThatOthersCanWriteIsRefused()
    {
        using var folder = new ProbeFolder();
        _ = Read(folder, Head + " }");
        var path = Path.Combine(folder.Root, "policy.json");
        File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.OtherWrite);
        var error = Assert.Throws<KernelMagnifierException>(() => ProbePolicyFile.Read(path, Path.Combine(folder.Root, "policy_signers")));
        Assert.Equal(ErrorCode.ProbePolicyUnreadable, error.Code);
        Assert.Contains("can be written to by other users", error.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0u, "SUDO_UID", "1000", "sudo")]
    [InlineData(0u, "SUDO_UID", "0", null)]
    [InlineData(0u, "PKEXEC_UID", "1000", "pkexec")]
    [InlineData(0u, "DOAS_USER", "eve", "doas")]
    [InlineData(1000u, "SUDO_UID", "1000", null)]
    public void WhoBecameRootIsKnown(uint user, string name, string value, string? program)
        => Assert.Equal(program, PrivilegedCaller.Find(user, variable => variable == name ? value : null));

    [Theory]
    [InlineData("SUDO_UID", "1000", "SUDO_USER", "eve", false)]
    [InlineData("SUDO_UID", "1000", "SUDO_USER", "alice", true)]
    [InlineData("SUDO_UID", "1000", "USER", "alice", false)]
    [InlineData("PKEXEC_UID", "1000", "SUDO_USER", "alice", false)]
    [InlineData("PKEXEC_UID", "1001", "USER", "root", true)]
    [InlineData("DOAS_USER", "alice", "USER", "root", true)]
    [InlineData("SUDO_UID", "0", "SUDO_USER", "root", true)]
    public void ThroughSudoOnlyNamedUsersDeclareAnEmergency(string name, string value, string other, string user, bool isAllowed)
    {
        using var folder = new ProbeFolder();
        var policy = Read(folder, Head + ", \"allowsEmergency\": true, \"emergencyUsers\": [\"alice\", \"1001\"] }");
        var caller = PrivilegedCaller.FindUser(0, variable => variable == name ? value : variable == other ? user : null);
        Assert.Equal(isAllowed, PrivilegedCaller.WhyNoEmergency(policy, caller) is null);
        // Not even those, if there are no emergencies.
        Assert.NotNull(PrivilegedCaller.WhyNoEmergency(policy with { AllowsEmergency = false }, caller));
    }

    [Fact]
    public void WhoBecameRootBringsNoPolicy()
    {
        Assert.Equal(ErrorCode.ProbeRefused, Assert.Throws<KernelMagnifierException>(
            () => PrivilegedCaller.Refuse("policy", "/home/eve/policy.json", ["/etc/policy.json"], "sudo")).Code);
        PrivilegedCaller.Refuse("policy", "/etc/policy.json", ["/etc/policy.json"], "sudo");
        PrivilegedCaller.Refuse("policy", "/home/eve/policy.json", ["/etc/policy.json"], null);
    }

    private static ProbePolicy Read(ProbeFolder folder, string text)
    {
        var path = Path.Combine(folder.Root, "policy.json");
        File.WriteAllText(path, text);
        return ProbePolicyFile.Read(path, Path.Combine(folder.Root, "policy_signers"));
    }
}
