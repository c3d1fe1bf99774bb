using System.Security.Cryptography;
using KernelMagnifier.Engine.Tests.Probes.Running;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>Attacks on what is in the library.</summary>
public sealed class ContentAttackTests
{
    private const string Evil = "BEGIN { system(\"id\"); }\n";

    [AttackFact]
    public void AFileSwappedBetweenCheckAndRunIsNotRun()
    {
        using var machine = new AttackedMachine($"sha256sum < $4; {FakeBpftrace.Attached}").Approve();
        var hash = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(machine.Program)));
        machine.OnBegin = () => File.WriteAllText(machine.Program, Evil);
        Assert.Equal("Completed", machine.Run().Outcome);
        Assert.StartsWith(hash, machine.Lines[0], StringComparison.Ordinal);
        Assert.Equal(["Started", "Run"], machine.Audit.Select(record => record.Action));
        // The next run sees the change.
        File.Delete(Path.Combine(machine.Folder.Root, "ran"));
        machine.Refuses(ErrorCode.ProbeNotApproved, "It changed since bob approved");
    }

    [AttackFact]
    public void AnImportSwappedBetweenCheckAndRunIsNotRun()
    {
        using var machine = new AttackedMachine($"cat $(dirname $4)/../lib/common.bt; {FakeBpftrace.Attached}",
            program: "import \"../lib/common.bt\";\ninterval:s:1 { @n = count(); }\n");
        var import = AddImport(machine);
        machine.Approve().OnBegin = () => File.WriteAllText(import, Evil);
        Assert.Equal("Completed", machine.Run().Outcome);
        Assert.Equal("// common", machine.Lines[0]);
        File.Delete(Path.Combine(machine.Folder.Root, "ran"));
        machine.Refuses(ErrorCode.ProbeNotApproved, "It changed since bob approved");
    }

    [AttackTheory]
    [InlineData("symbolic link", "symbolic link"), InlineData("hard link", "hard link"), InlineData("FIFO", "not a regular file")]
    [InlineData("socket of a device", "not a regular file"), InlineData("link for the folder", "symbolic link")]
    [InlineData("writable program", "written to by other users"), InlineData("library of a group", "written to by other users")]
    [InlineData("program of another user", "belongs to user 65534"), InlineData("library of another user", "belongs to user 65534")]
    [InlineData("writable directory above", "written to by other users"), InlineData("10,000 reviews", "more than 4096 files")]
    public void WhatOthersCanExchangeIsNotTrusted(string attack, string reason)
    {
        using var machine = new AttackedMachine().Approve();
        var (program, moved) = (machine.Program, Path.Combine(machine.Folder.Root, "moved"));
        switch (attack)
        {
            case "symbolic link":
                File.Move(program, moved);
                File.CreateSymbolicLink(program, moved);
                break;
            case "hard link":
                AttackedMachine.Do("ln", program, moved);
                break;
            case "FIFO":
                File.Delete(program);
                AttackedMachine.Do("mkfifo", program);
                break;
            case "socket of a device":
                File.Delete(program);
                AttackedMachine.Do("mknod", program, "c", "1", "5");
                break;
            case "link for the folder":
                Directory.Move(Path.GetDirectoryName(program)!, moved);
                Directory.CreateSymbolicLink(Path.GetDirectoryName(program)!, moved);
                break;
            case "writable program":
                AttackedMachine.Do("chmod", "o+w", program);
                break;
            case "library of a group":
                AttackedMachine.Do("chmod", "g+w", machine.Folder.Library);
                break;
            case "program of another user":
                AttackedMachine.Do("chown", "65534", program);
                break;
            case "library of another user":
                AttackedMachine.Do("chown", "65534", machine.Folder.Library);
                break;
            case "writable directory above":
                // The policy would not be trusted either, so it is read before.
                var below = Directory.CreateDirectory(Path.Combine(machine.Folder.Root, "shared")).FullName;
                Directory.Move(machine.Folder.Library, Path.Combine(below, "probes"));
                machine.SetPolicy("");
                File.WriteAllText(machine.PolicyPath, File.ReadAllText(machine.PolicyPath).Replace("[\"probes\"]", "[\"shared/probes\"]", StringComparison.Ordinal));
                AttackedMachine.Do("chmod", "o+w", below);
                break;
            default:
                for (var i = 0; i < 10_000; i++) File.WriteAllText(machine.Folder.FileOf("test", $"reviews/{i:D5}-approve-000000000000.json"), "");
                break;
        }
        machine.Refuses(ErrorCode.ProbeLibraryNotSafe, reason);
    }

    [AttackFact]
    public void ALibraryInTmpIsRefused()
    {
        using var machine = new AttackedMachine().Approve();
        var place = Directory.CreateTempSubdirectory("km-");
        try
        {
            AttackedMachine.Do("cp", "-r", machine.Folder.Library, place.FullName);
            machine.Request = machine.Request with { Library = Path.Combine(place.FullName, "probes") };
            machine.Refuses(ErrorCode.ProbeLibraryNotSafe, "/tmp: it can be written to by other users");
        }
        finally
        {
            place.Delete(recursive: true);
        }
    }

    [AttackFact]
    public void ALibraryThatThePolicyDoesNotNameIsRefused()
    {
        using var machine = new AttackedMachine().Approve();
        AttackedMachine.Do("cp", "-r", machine.Folder.Library, Path.Combine(machine.Folder.Root, "other"));
        machine.Request = machine.Request with { Library = Path.Combine(machine.Folder.Root, "other") };
        machine.Refuses(ErrorCode.ProbeRefused, "the policy does not name this library");
    }

    [AttackTheory]
    [InlineData("../../../etc/shadow"), InlineData("/etc/shadow"), InlineData("../../allowed_signers"), InlineData("..\\x2f..")]
    public void AnImportOutsideTheLibraryIsRefused(string import)
    {
        using var machine = new AttackedMachine(program: $"import \"{import}\"\ninterval:s:1 {{ @n = count(); }}\n");
        machine.Refuses(ErrorCode.ProbeUnreadable, "import");
    }

    [AttackFact]
    public void AnImportThroughALinkIsRefused()
    {
        using var machine = new AttackedMachine(program: "import \"../lib/common.bt\";\ninterval:s:1 { @n = count(); }\n");
        var import = AddImport(machine);
        machine.Approve();
        File.Delete(import);
        File.CreateSymbolicLink(import, "/etc/shadow");
        machine.Refuses(ErrorCode.ProbeLibraryNotSafe, "symbolic link");
    }

    [AttackFact]
    public void AnImportThatWasChangedIsNotApproved()
    {
        using var machine = new AttackedMachine(program: "import \"../lib/common.bt\";\ninterval:s:1 { @n = count(); }\n");
        var import = AddImport(machine);
        machine.Approve();
        File.AppendAllText(import, " ");
        machine.Refuses(ErrorCode.ProbeNotApproved, "It changed since bob approved");
    }

    [AttackTheory]
    [InlineData("\"durationSeconds\": 60", "\"durationSeconds\": 61"), InlineData("\"owner\": \"tests\"", "\"owner\": \"eve\"")]
    [InlineData("\"dataClass\": \"Counters\"", "\"dataClass\": \"Payload\""), InlineData("{", "{ ")]
    public void AnUnsignedChangeOfTheManifestIsNotApproved(string part, string change)
    {
        using var machine = new AttackedMachine().Approve();
        var text = File.ReadAllText(machine.Manifest);
        Assert.Contains(part, text, StringComparison.Ordinal);
        File.WriteAllText(machine.Manifest, text.Replace(part, change, StringComparison.Ordinal));
        machine.Refuses(ErrorCode.ProbeNotApproved, "It changed since bob approved");
    }

    [AttackFact]
    public void AManifestThatRaisesItsLimitsStaysBelowThoseOfThePolicy()
    {
        using var machine = new AttackedMachine($"env | grep BPFTRACE_ | sort; {FakeBpftrace.Attached}",
            ", \"mostLimits\": { \"durationSeconds\": 10, \"mapKeys\": 100, \"probes\": 7, \"outputBytes\": 1000000 }",
            manifest: ProbeFolder.Manifest("test") with
            {
                Limits = new ProbeLimits { Duration = TimeSpan.FromHours(20), MapKeys = 1_000_000, Probes = 9000, OutputBytes = 1L << 34 },
            }).Approve();
        machine.Run();
        Assert.Equal(["BPFTRACE_MAP_KEYS_MAX=100", "BPFTRACE_MAX_BPF_PROGS=7", "BPFTRACE_MAX_MAP_KEYS=100", "BPFTRACE_MAX_PROBES=7"], machine.Lines[..4]);
        Assert.Equal("Run", machine.Audit[^1].Action);
        File.Delete(Path.Combine(machine.Folder.Root, "ran"));
        machine.Request = machine.Request with { Duration = TimeSpan.FromSeconds(11) };
        machine.Refuses(ErrorCode.ProbeRefused, "is above the limit of 10 s");
    }

    [AttackFact]
    public void ANameIsNoPath()
    {
        using var machine = new AttackedMachine().Approve();
        foreach (var name in new[] { "../test", "test/../test", "/etc/passwd", "test\n", "-test", "test/", "", "..", "Test", "\u001b[31m", "=1+1" })
        {
            machine.Request = machine.Request with { Name = name };
            machine.Refuses(ErrorCode.ProbeNotFound, "no such probe");
            Assert.DoesNotContain(machine.Audit[^1].ToString(), char.IsControl);
        }
    }

    [AttackTheory]
    [InlineData("BEGIN { system(\"id\"); }", "system"), InlineData("kprobe:f { signal(9); }", "signal"), InlineData("kprobe:f { override(1); }", "override")]
    [InlineData("BEGIN { printf(\"%s\", str($9)); }", "undeclared-parameter"), InlineData("#include <linux/fs.h>\nBEGIN { }", "include")]
    public void AnApprovedProgramThatActsIsRefused(string program, string rule)
    {
        using var machine = new AttackedMachine(program: program + "\n",
            manifest: ProbeFolder.Manifest("test") with { AttachPoints = ["BEGIN", "kprobe:f"], DataClass = DataClass.Counters }).Approve();
        machine.Refuses(ErrorCode.ProbeRefused, $"it breaks the rule {rule}");
    }

    private static string AddImport(AttackedMachine machine)
    {
        var import = Path.Combine(Directory.CreateDirectory(Path.Combine(machine.Folder.Library, "lib")).FullName, "common.bt");
        File.WriteAllText(import, "// common\n");
        return import;
    }
}
