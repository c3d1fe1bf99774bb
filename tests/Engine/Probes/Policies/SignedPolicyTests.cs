using KernelMagnifier.Engine.Tests.Probes.Attacks;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Engine.Tests.Probes.Policies;

/// <summary>A policy that a signer of policies signed is trusted wherever it is.</summary>
public sealed class SignedPolicyTests : IDisposable
{
    private readonly ProbeFolder _folder = new();
    private readonly string _policy, _signers, _key;

    public SignedPolicyTests()
    {
        (_policy, _signers) = (Path.Combine(_folder.Root, "policy.json"), Path.Combine(_folder.Root, "policy_signers"));
        File.WriteAllText(_policy, "{ \"schema\": \"kernel-magnifier-probe-policy\", \"schemaVersion\": 1, \"allowsEmergency\": true }\n");
        File.SetUnixFileMode(_policy, File.GetUnixFileMode(_policy) | UnixFileMode.OtherWrite);
        _key = File.Exists("/usr/bin/ssh-keygen") ? _folder.Key("root") : "";
        if (_key.Length > 0) Allow("namespaces=\"policy@kernel-magnifier\"");
    }

    [AttackFact]
    public void ItIsTrustedAlthoughOthersCanWriteIt()
    {
        Assert.Contains("written to by other users", Refused().Cause, StringComparison.Ordinal);
        Sign("policy@kernel-magnifier");
        var policy = ProbePolicyFile.Read(_policy, _signers);
        Assert.True(policy is { IsTrusted: true, AllowsEmergency: true });
    }

    [AttackFact]
    public void OneByteMakesItUntrusted()
    {
        Sign("policy@kernel-magnifier");
        File.AppendAllText(_policy, "\n");
        Refused();
    }

    [AttackFact]
    public void ASignatureOfAnotherNamespaceOrKeyIsNone()
    {
        Sign("approve@kernel-magnifier");
        Refused();
        Sign("policy@kernel-magnifier", _folder.Key("eve"));
        Refused();
        // The signer may not sign policies.
        Sign("policy@kernel-magnifier");
        Allow("namespaces=\"approve@kernel-magnifier\"");
        Refused();
        Allow("valid-before=\"20250101\"");
        Refused();
        Allow("");
        Assert.True(ProbePolicyFile.Read(_policy, _signers).IsTrusted);
    }

    [AttackFact]
    public void SignersThatOthersChooseCountForNothing()
    {
        Sign("policy@kernel-magnifier");
        AttackedMachine.Do("chown", "65534", _signers);
        Refused();
        AttackedMachine.Do("chown", "0", _signers);
        AttackedMachine.Do("chmod", "o+w", _signers);
        Refused();
        File.Delete(_signers);
        Refused();
    }

    public void Dispose() => _folder.Dispose();

    private void Allow(string options)
    {
        var words = File.ReadAllText(_key + ".pub").Split(' ');
        File.WriteAllText(_signers, $"admin {options} {words[0]} {words[1]}\n");
    }

    private void Sign(string @namespace, string? key = null)
        => File.WriteAllBytes(_policy + ".sig", SshSignature.Sign(key ?? _key, @namespace, File.ReadAllBytes(_policy), CancellationToken.None));

    private KernelMagnifierException Refused()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => ProbePolicyFile.Read(_policy, _signers));
        Assert.Equal(ErrorCode.ProbePolicyUnreadable, error.Code);
        return error;
    }
}
