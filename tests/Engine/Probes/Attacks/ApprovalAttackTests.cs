using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>Attacks on signatures, keys and statements.</summary>
public sealed class ApprovalAttackTests
{
    private static AttackedMachine Submitted(string policy = "", ProbeManifest? manifest = null)
    {
        var machine = new AttackedMachine(policy: policy, manifest: manifest);
        machine.Folder.State(AttackedMachine.Name, ReviewAction.Submit, machine.Author);
        return machine;
    }

    [AttackFact]
    public void WithoutApprovalNothingRuns()
    {
        using var machine = new AttackedMachine();
        machine.Refuses(ErrorCode.ProbeNotApproved, "Nobody submitted it.");
        machine.Folder.State(AttackedMachine.Name, ReviewAction.Submit, machine.Author);
        machine.Refuses(ErrorCode.ProbeNotApproved, "It has 0 of 1 approvals.");
        machine.Folder.State(AttackedMachine.Name, ReviewAction.Approve, machine.Reviewer);
        Assert.Equal("Completed", machine.Run().Outcome);
        Assert.Equal(["Refused", "Refused", "Started", "Run"], machine.Audit.Select(record => record.Action));
        Assert.Equal(["bob"], machine.Audit[^1].Approvers);
    }

    [AttackFact]
    public void ASignatureOfAnotherNamespaceDoesNotCount()
    {
        using var machine = Submitted();
        foreach (var name in new[] { "comment@kernel-magnifier", "submit@kernel-magnifier", "policy@kernel-magnifier", "git" })
        {
            machine.Forge("bob", machine.Reviewer, name);
            machine.Refuses(ErrorCode.ProbeNotApproved, "does not count");
        }
    }

    [AttackFact]
    public void AKeyThatExpiredDoesNotCount()
    {
        using var machine = new AttackedMachine().Approve();
        Reallow(machine, "valid-before=\"20250101\"");
        machine.Refuses(ErrorCode.ProbeNotApproved, "does not count");
        // Nor with a statement that says that it is as old as the key was valid.
        machine.Forge("bob", machine.Reviewer, time: new DateTimeOffset(2024, 12, 1, 0, 0, 0, TimeSpan.Zero));
        machine.Refuses(ErrorCode.ProbeNotApproved, "does not count");
    }

    [AttackFact]
    public void AKeyThatWasRevokedAfterTheApprovalDoesNotCount()
    {
        using var machine = new AttackedMachine(policy: ", \"revokedKeys\": \"revoked\"");
        var revoked = Path.Combine(machine.Folder.Root, "revoked");
        File.WriteAllText(revoked, "");
        machine.Approve();
        Assert.Equal("Completed", machine.Run().Outcome);
        File.Delete(Path.Combine(machine.Folder.Root, "ran"));
        File.Copy(machine.Reviewer + ".pub", revoked, overwrite: true);
        machine.Refuses(ErrorCode.ProbeNotApproved, "does not count");
        // Without the list, nobody knows who is revoked.
        File.Delete(revoked);
        machine.Refuses(ErrorCode.ProbeNotApproved, "there is no such file of revoked keys");
    }

    [AttackFact]
    public void ASignatureReplayedOntoAnotherProbeDoesNotCount()
    {
        using var machine = Submitted();
        machine.Folder.Add("other", manifest: ProbeFolder.Manifest("other"));
        machine.Folder.State("other", ReviewAction.Submit, machine.Author);
        var approval = machine.Folder.State("other", ReviewAction.Approve, machine.Reviewer);
        var copy = machine.Folder.FileOf("test", "reviews/0009-approve-000000000000.json");
        File.Copy(approval, copy);
        File.Copy(Path.ChangeExtension(approval, ".sig"), Path.ChangeExtension(copy, ".sig"));
        machine.Refuses(ErrorCode.ProbeNotApproved, "It has 0 of 1 approvals.");
        using (var library = machine.Folder.Open())
            File.WriteAllText(copy, File.ReadAllText(copy).Replace("\"other\"", "\"test\"", StringComparison.Ordinal)
                .Replace(library.Load("other").Hash, library.Load("test").Hash, StringComparison.Ordinal));
        machine.Refuses(ErrorCode.ProbeNotApproved, "incorrect signature");
    }

    [AttackFact]
    public void AnApprovalOfTheFutureDoesNotCount()
    {
        using var machine = Submitted();
        machine.Forge("bob", machine.Reviewer, time: DateTimeOffset.UtcNow.AddHours(1));
        machine.Refuses(ErrorCode.ProbeNotApproved, "its time is in the future");
    }

    [AttackFact]
    public void TheApprovalOfTheAuthorDoesNotCount()
    {
        using var machine = Submitted();
        machine.Forge("alice", machine.Author);
        machine.Refuses(ErrorCode.ProbeNotApproved, "That of its author does not count.");
        // Under another name, and with another key.
        machine.Folder.Allow("carol", machine.Author + ".pub");
        machine.Forge("carol", machine.Author);
        var second = machine.Folder.Key("second");
        machine.Folder.Allow("alice", second + ".pub");
        machine.Forge("alice", second);
        machine.Refuses(ErrorCode.ProbeNotApproved, "It has 0 of 1 approvals.");
    }

    [AttackFact]
    public void TwoApprovalsOfOnePersonAreOne()
    {
        using var machine = Submitted(manifest: ProbeFolder.Manifest("test") with { DataClass = DataClass.Paths });
        var second = machine.Folder.Key("second");
        machine.Folder.Allow("bob", second + ".pub");
        machine.Forge("bob", machine.Reviewer);
        machine.Forge("bob", second);
        machine.Folder.Allow("dave", machine.Reviewer + ".pub");
        machine.Forge("dave", machine.Reviewer);
        machine.Refuses(ErrorCode.ProbeNotApproved, "It has 1 of 2 approvals.");
    }

    [AttackTheory]
    [InlineData("group", "can be written to by other users"), InlineData("link", "is a symbolic link"), InlineData("owner", "belongs to user 65534")]
    [InlineData("missing", "there is no such file of allowed signers")]
    public void SignersThatOthersChooseAreNotTrusted(string attack, string reason)
    {
        using var machine = new AttackedMachine().Approve();
        var signers = machine.Folder.Policy.AllowedSigners;
        if (attack == "group") AttackedMachine.Do("chmod", "g+w", signers);
        if (attack == "owner") AttackedMachine.Do("chown", "65534", signers);
        if (attack is "link" or "missing") File.Move(signers, signers + ".other");
        if (attack == "link") File.CreateSymbolicLink(signers, signers + ".other");
        machine.Refuses(ErrorCode.ProbeNotApproved, reason);
    }

    [AttackFact]
    public void AKeyThatNobodyAllowedDoesNotCount()
    {
        using var machine = Submitted();
        machine.Forge("bob", machine.Folder.Key("eve"));
        machine.Refuses(ErrorCode.ProbeNotApproved, "does not count");
    }

    [AttackFact]
    public void AnEmergencyNeedsThePolicy()
    {
        using var machine = Submitted();
        machine.Request = machine.Request with { IsEmergency = true, Reason = "I want to" };
        machine.Refuses(ErrorCode.ProbeRefused, "the policy does not allow emergencies");
        machine.Folder.State(AttackedMachine.Name, ReviewAction.Deny, machine.Reviewer, comment: "no");
        machine.SetPolicy(", \"allowsEmergency\": true");
        machine.Refuses(ErrorCode.ProbeRefused, "does not run in an emergency either");
    }

    private static void Reallow(AttackedMachine machine, string options)
    {
        machine.Folder.AllowNone();
        machine.Folder.Allow("alice", machine.Author + ".pub");
        machine.Folder.Allow("bob", machine.Reviewer + ".pub", options);
    }
}
