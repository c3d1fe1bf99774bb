using KernelMagnifier.Engine.Tests.Probes.Running;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Manifests;

namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>Attacks by variables, options, parameters and programs.</summary>
[Collection(AttackCollection.Name)]
public sealed class EnvironmentAttackTests
{
    private static void With(string name, string? value, Action action)
    {
        var before = Environment.GetEnvironmentVariable(name);
        Environment.SetEnvironmentVariable(name, value);
        try
        {
            action();
        }
        finally
        {
            Environment.SetEnvironmentVariable(name, before);
        }
    }

    [AttackFact]
    public void NoVariableReachesBpftrace()
    {
        using var machine = new AttackedMachine($"env; {FakeBpftrace.Attached}").Approve();
        var evil = Directory.CreateDirectory(Path.Combine(machine.Folder.Root, "evil")).FullName;
        File.WriteAllText(Path.Combine(evil, "bpftrace"), "#!/bin/sh\necho evil\n");
        AttackedMachine.Do("chmod", "755", Path.Combine(evil, "bpftrace"));
        foreach (var name in new[]
        {
            "BPFTRACE_CONFIG", "BPFTRACE_STRLEN", "BPFTRACE_MAX_PROBES", "BPFTRACE_KERNEL_SOURCE", "BPFTRACE_BTF", "BPFTRACE_VMLINUX", "LD_PRELOAD", "LD_LIBRARY_PATH",
            "BASH_ENV", "PYTHONPATH", "PATH",
        })
        {
            machine.Lines.Clear();
            With(name, name == "PATH" ? $"{evil}:{Environment.GetEnvironmentVariable("PATH")}" : evil, () => machine.Run());
            Assert.DoesNotContain(machine.Lines, line => line.Contains("evil", StringComparison.Ordinal));
            Assert.Contains("PATH=/usr/sbin:/usr/bin:/sbin:/bin", machine.Lines);
            Assert.Equal("Completed", machine.Audit[^1].Outcome);
        }
    }

    [AttackFact]
    public void AParameterIsNoOptionAndNoProgram()
    {
        using var machine = new AttackedMachine(program: "interval:s:1 { @n = count(); printf(\"%d %s\", $1, str($2)); }\n", manifest: ProbeFolder.Manifest("test") with
        {
            Parameters =
            [
                new ProbeParameter { Name = "us", Description = "d", Minimum = 0, Maximum = 100, Default = "1" },
                new ProbeParameter { Name = "dev", Description = "d", Type = ParameterType.Text, Default = "sda" },
            ],
        }).Approve();
        (string Name, string Value)[] attacks =
        [
            ("us", "5\n--unsafe"), ("us", "5\n"), ("us", "--unsafe"), ("us", "-e"), ("us", "0x10"), ("us", "$(id)"), ("dev", "sda\nsdb"), ("dev", "-c"), ("dev", "--unsafe"),
            ("dev", "--"), ("dev", "a;id"), ("dev", "\u001b[31m"), ("unsafe", "1"), ("--unsafe", ""), ("us\ndev", "1"),
        ];
        foreach (var (name, value) in attacks)
        {
            machine.Request = machine.Request with { Parameters = new Dictionary<string, string> { [name] = value } };
            machine.Refuses(ErrorCode.ProbeParameter, "");
            Assert.Equal(value, machine.Audit[^1].Parameters[name]);
            Assert.DoesNotContain(machine.Audit[^1].ToString(), char.IsControl);
        }
    }

    [AttackFact]
    public void ABpftraceThatLiesAboutItsVersionIsOnlyRecorded()
    {
        using var machine = new AttackedMachine($"printf '%s ' \"$@\"; echo; {FakeBpftrace.Attached}", version: "VERSION").Approve();
        var script = File.ReadAllText(machine.Tool);
        foreach (var version in new[] { "bpftrace v99.0.0\nEVIL=1", "", "\u001b[31mred\u001b]0;x\u0007", "bpftrace v-1", "=1+1" })
        {
            File.WriteAllText(machine.Tool, script.Replace("VERSION", version, StringComparison.Ordinal));
            machine.Lines.Clear();
            Assert.Equal("Completed", machine.Run().Outcome);
            // What it is told does not depend on it.
            Assert.Equal("-f json -- /proc/self/fd/3 ", machine.Lines[0]);
            var record = machine.Audit[^1];
            Assert.DoesNotContain('\n', record.Bpftrace ?? "");
            Assert.DoesNotContain(record.ToString(), char.IsControl);
            Assert.Equal("Completed", record.Outcome);
        }
    }

    [AttackTheory]
    [InlineData("chown", "65534"), InlineData("chmod", "o+w"), InlineData("chmod", "g+w")]
    public void ABpftraceOfOthersIsNotRun(string program, string argument)
    {
        using var machine = new AttackedMachine().Approve();
        AttackedMachine.Do(program, argument, machine.Tool);
        machine.Refuses(ErrorCode.ProbeRefused, "this program is not trusted");
    }

    [AttackTheory]
    [InlineData("chmod", "o+w", "can be written to by other users"), InlineData("chmod", "g+w", "can be written to by other users")]
    [InlineData("chown", "65534", "belongs to user 65534")]
    public void APolicyThatOthersCanWriteIsNotTrusted(string program, string argument, string reason)
    {
        using var machine = new AttackedMachine().Approve();
        AttackedMachine.Do(program, argument, machine.PolicyPath);
        machine.RefusesWithoutPolicy(ErrorCode.ProbePolicyUnreadable, reason);
    }

    [AttackFact]
    public void APolicyThatIsALinkOrDamagedIsNotTrusted()
    {
        using var machine = new AttackedMachine().Approve();
        File.Move(machine.PolicyPath, machine.PolicyPath + ".real");
        File.CreateSymbolicLink(machine.PolicyPath, machine.PolicyPath + ".real");
        machine.RefusesWithoutPolicy(ErrorCode.ProbePolicyUnreadable, "symbolic link");
        File.Delete(machine.PolicyPath);
        machine.RefusesWithoutPolicy(ErrorCode.ProbePolicyUnreadable, "no such policy");
        File.WriteAllText(machine.PolicyPath, "{ \"schema\": \"kernel-magnifier-probe-policy\", \"schemaVersion\": 1, \"allowEmergency\": true }");
        machine.RefusesWithoutPolicy(ErrorCode.ProbePolicyUnreadable, "no such property");
    }

    [AttackTheory]
    [InlineData("SUDO_UID", "1000", "sudo"), InlineData("PKEXEC_UID", "1000", "pkexec"), InlineData("DOAS_USER", "eve", "doas")]
    public void WhoBecameRootBringsNoPolicyAndNoLibrary(string variable, string value, string how)
    {
        using var machine = new AttackedMachine().Approve();
        With(variable, value, () =>
        {
            machine.RefusesWithoutPolicy(ErrorCode.ProbeRefused, $"a user who became root by {how} cannot choose the policy");
            machine.Request = machine.Request with { Policy = null };
            With("KM_PROBE_POLICY", machine.PolicyPath, () =>
            {
                machine.RefusesWithoutPolicy(ErrorCode.ProbeRefused, "cannot choose the policy");
                // The variable does not hide that the option was refused, too.
                machine.Request = machine.Request with { Policy = machine.PolicyPath };
                machine.RefusesWithoutPolicy(ErrorCode.ProbeRefused, "cannot choose the policy");
            });
        });
        Assert.Equal(3, Audit.AuditLogTests.Read(machine.MachineLog).Count);
    }

    [ProgramFact("bpftrace", "unshare")]
    public void TheDryRunHasACleanEnvironmentAndTheBpftraceOfThePolicy()
    {
        using var tool = new FakeBpftrace("env >&2; exit 1");
        With("BPFTRACE_CONFIG", "evil", () =>
        {
            var run = BpftraceDryRun.Run(tool.Policy.Bpftrace, "BEGIN { }"u8.ToArray(), [], default)!;
            if (run.Messages.Any(message => message.StartsWith("unshare:", StringComparison.Ordinal))) return;
            Assert.Equal("0.17.0", run.Version);
            Assert.Contains("HOME=/nonexistent", run.Messages);
            Assert.DoesNotContain(run.Messages, message => message.Contains("evil", StringComparison.Ordinal));
        });
    }
}
