using System.Diagnostics;
using System.Text;
using KernelMagnifier.Engine.Tests.Probes.Audit;
using KernelMagnifier.Engine.Tests.Probes.Running;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Running;
using KernelMagnifier.Probes.Signing;

namespace KernelMagnifier.Engine.Tests.Probes.Attacks;

/// <summary>
/// A machine with a policy file, a library with the probe <c>test</c>, two people with keys, and a bpftrace that is a script of the
/// test. Each attack asks for a run as the command line does.
/// </summary>
internal sealed class AttackedMachine : IProbeOutput, IDisposable
{
    public const string Name = "test";

    public AttackedMachine(string script = FakeBpftrace.Attached, string policy = "", string version = "bpftrace v0.17.0",
        ProbeManifest? manifest = null, string program = "interval:s:1 { @n = count(); }\n")
    {
        Tool = Path.Combine(Directory.CreateDirectory(Path.Combine(Folder.Root, "bin")).FullName, "bpftrace");
        File.WriteAllText(Tool, $"#!/bin/bash\nif [ \"$1\" = --version ]; then echo '{version}'; exit; fi\ntouch {Ran}\n{script}\n");
        File.SetUnixFileMode(Tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        SetPolicy(policy);
        Folder.Add(Name, program, manifest);
        (Author, Reviewer) = (Folder.Signer("alice"), Folder.Signer("bob"));
        Request = new ProbeRunRequest { Name = Name, Policy = PolicyPath, Duration = TimeSpan.FromSeconds(5) };
    }

    public ProbeFolder Folder { get; } = new();

    public string Tool { get; }

    public string Author { get; }

    public string Reviewer { get; }

    public string PolicyPath => Path.Combine(Folder.Root, "policy.json");

    public string Program => Folder.FileOf(Name, $"{Name}.bt");

    public string Manifest => Folder.FileOf(Name, $"{Name}.json");

    public ProbeRunRequest Request { get; set; }

    public List<string> Lines { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>Whether lines are kept.</summary>
    public bool KeepsLines { get; init; } = true;

    /// <summary>Is called when the probe was checked and is about to run.</summary>
    public Action? OnBegin { get; set; }

    public bool HasRun => File.Exists(Ran);

    public List<ProbeAuditRecord> Audit => AuditLogTests.Read(Folder.Policy.AuditLog);

    /// <summary>The log of the machine's own policy.</summary>
    public string MachineLog => Path.Combine(Folder.Root, "machine", "probes.jsonl");

    private string Ran => Path.Combine(Folder.Root, "ran");

    /// <summary>Writes the policy of the machine.</summary>
    /// <param name="more">More properties, each after a comma.</param>
    public void SetPolicy(string more)
    {
        File.WriteAllText(PolicyPath, $$"""
            { "schema": "{{ProbePolicyFile.Schema}}", "schemaVersion": 1, "libraries": ["probes"], "allowedSigners": "allowed_signers",
              "auditLog": "audit/probes.jsonl", "stateDirectory": "state", "bpftrace": "bin/bpftrace"{{more}} }
            """);
        Folder.Policy = ProbePolicyFile.Read(PolicyPath, Path.Combine(Folder.Root, "policy_signers"));
    }

    /// <summary>Has the probe submitted and approved as it is now.</summary>
    public AttackedMachine Approve()
    {
        Folder.State(Name, ReviewAction.Submit, Author);
        Folder.State(Name, ReviewAction.Approve, Reviewer);
        return this;
    }

    /// <summary>Writes an approval that the cmdlets would not make.</summary>
    public string Forge(string principal, string key, string @namespace = "approve@kernel-magnifier", DateTimeOffset? time = null, string of = Name)
    {
        using var library = Folder.Open();
        var source = library.Load(of);
        var statement = new ReviewStatement
        {
            Action = ReviewAction.Approve, Probe = of, Version = "1.0.0", Hash = source.Hash, Principal = principal,
            Time = time ?? ProbeFolder.Now, DataClass = source.Manifest.DataClass, Maturity = source.Manifest.Maturity,
        };
        var text = ReviewStatementFile.Write(statement);
        return ProbeReviews.Add(library, source, statement, text, SshSignature.Sign(key, @namespace, text, CancellationToken.None));
    }

    public ProbeRunResult Run() => ProbeInvocation.Run(Request, this,
        new ProbeRunSettings { ChecksKernel = false, UsesSystemd = false, Cost = _ => null, Grace = TimeSpan.FromSeconds(5) },
        () => new ProbePolicy { AuditLog = MachineLog }, CancellationToken.None);

    /// <summary>Asks for a run that is refused for a reason, and that the audit log has with it. Nothing runs.</summary>
    public void Refuses(ErrorCode code, string reason) => Refuses(code, reason, Folder.Policy.AuditLog);

    /// <summary>The same, in the log of the machine: no policy can be trusted.</summary>
    public void RefusesWithoutPolicy(ErrorCode code, string reason)
    {
        Refuses(code, reason, MachineLog);
        Assert.False(File.Exists(Folder.Policy.AuditLog));
    }

    private void Refuses(ErrorCode code, string reason, string log)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Run());
        Assert.True(error.Code == code, $"{error.Code}: {error.Message}");
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(HasRun);
        var record = AuditLogTests.Read(log)[^1];
        Assert.Equal(("Refused", Request.Name, code.ToString()), (record.Action, record.Probe, record.Outcome));
        Assert.StartsWith(record.Reason!.TrimEnd('…'), error.Message, StringComparison.Ordinal);
        Assert.True(AuditVerifier.Verify(log, [], CancellationToken.None).IsWhole);
    }

    /// <summary>Asks for a run that the audit cannot record. Nothing runs.</summary>
    public void CannotAudit(string reason)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Run());
        Assert.Equal(ErrorCode.AuditNotWritable, error.Code);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.False(HasRun);
    }

    /// <summary>Runs another program.</summary>
    public static void Do(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }

    public void Begin(ProbeSource source) => OnBegin?.Invoke();

    public void Line(ReadOnlySpan<byte> line)
    {
        if (KeepsLines) Lines.Add(Encoding.UTF8.GetString(line));
    }

    public void Warning(string text) => Warnings.Add(text);

    public void Dispose() => Folder.Dispose();
}
