using KernelMagnifier.Probes.Audit;

namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>Attacks on the audit log and the state of the machine. Without the log, nothing runs.</summary>
public sealed class AuditAttackTests
{
    private const UnixFileMode All = (UnixFileMode)0b111_111_111;

    [AttackTheory]
    [InlineData("link"), InlineData("link to nothing"), InlineData("FIFO"), InlineData("directory"), InlineData("hard link")]
    [InlineData("of another user"), InlineData("writable"), InlineData("link for the lock")]
    public void ALogThatIsAnotherFileIsNotWritten(string attack)
    {
        using var machine = new AttackedMachine().Approve();
        var log = machine.Folder.Policy.AuditLog;
        Directory.CreateDirectory(Path.GetDirectoryName(log)!, (UnixFileMode)0b111_000_000);
        var other = Path.Combine(machine.Folder.Root, "other");
        if (attack != "link to nothing") File.WriteAllText(other, "kept");
        if (attack is "link" or "link to nothing") File.CreateSymbolicLink(log, other);
        if (attack == "FIFO") AttackedMachine.Do("mkfifo", log);
        if (attack == "directory") Directory.CreateDirectory(log);
        if (attack == "hard link") AttackedMachine.Do("ln", other, log);
        if (attack is "of another user" or "writable") File.WriteAllText(log, "");
        if (attack == "of another user") AttackedMachine.Do("chown", "65534", log);
        if (attack == "writable") File.SetUnixFileMode(log, All & ~UnixFileMode.UserExecute);
        if (attack == "link for the lock") File.CreateSymbolicLink(log + ".lock", other);
        machine.CannotAudit("the audit log cannot be written");
        if (attack == "link to nothing") Assert.False(File.Exists(other));
        else Assert.Equal("kept", File.ReadAllText(other));
    }

    [AttackFact]
    public void ALogInADirectoryOfAllIsNotWritten()
    {
        using var machine = new AttackedMachine().Approve();
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(machine.Folder.Policy.AuditLog)!).FullName;
        File.SetUnixFileMode(folder, All);
        machine.CannotAudit("the audit log cannot be written");
        Assert.Empty(Directory.GetFiles(folder));
    }

    [AttackFact(needsDisk: true)]
    public void AFullDiskRunsNothing()
    {
        using var machine = new AttackedMachine().Approve();
        var folder = Directory.CreateDirectory(Path.GetDirectoryName(machine.Folder.Policy.AuditLog)!).FullName;
        using var disk = new SmallDisk(folder);
        // One page is left for the record of the beginning, but none for that of the end.
        File.WriteAllBytes(Path.Combine(folder, "filler"), new byte[4096]);
        machine.CannotAudit("No space left on device");
        Assert.DoesNotContain("Started", File.ReadAllText(machine.Folder.Policy.AuditLog), StringComparison.Ordinal);
    }

    [AttackFact]
    public void ALogThatWasTamperedWithIsNotContinued()
    {
        using var machine = new AttackedMachine().Approve();
        machine.Run();
        File.Delete(Path.Combine(machine.Folder.Root, "ran"));
        var log = machine.Folder.Policy.AuditLog;
        File.WriteAllText(log, File.ReadAllText(log).Replace("\"outcome\":\"Completed\"", "\"outcome\":\"Refused..\"", StringComparison.Ordinal));
        machine.CannotAudit("its last record was changed");
        Assert.False(AuditVerifier.Verify(log, [], default).IsWhole);
    }

    [AttackTheory]
    [InlineData("of another user"), InlineData("writable"), InlineData("link to one of all")]
    public void AStateOfOthersIsNotTrusted(string attack)
    {
        using var machine = new AttackedMachine().Approve();
        var state = machine.Folder.Policy.StateDirectory;
        var made = attack == "link to one of all" ? Path.Combine(machine.Folder.Root, "shared") : state;
        Directory.CreateDirectory(made);
        if (made != state) Directory.CreateSymbolicLink(state, made);
        if (attack == "of another user") AttackedMachine.Do("chown", "65534", made);
        else File.SetUnixFileMode(made, All);
        machine.Refuses(ErrorCode.ProbeRefused, "the state of probes on this machine cannot be kept there");
    }
}
