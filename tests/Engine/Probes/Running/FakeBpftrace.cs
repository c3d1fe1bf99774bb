using System.Security.Cryptography;
using System.Text;
using KernelMagnifier.Engine.Tests.Probes.Audit;
using KernelMagnifier.Probes.Audit;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;
using KernelMagnifier.Probes.Running;

namespace KernelMagnifier.Engine.Tests.Probes.Running;

/// <summary>
/// A machine with a bpftrace that is a script of the test: its arguments are <c>-f json -- FILE PARAMETER…</c>. It takes the lines and warnings of a run.
/// </summary>
internal sealed class FakeBpftrace : IProbeOutput, IDisposable
{
    public const string Attached = """echo '{"type": "attached_probes", "data": {"probes": 1}}'""";

    /// <summary>Waits until it is asked to end, and prints a map then.</summary>
    public const string UntilAsked = """trap 'echo MAP; exit 0' INT; while :; do sleep 0.02; done""";

    public FakeBpftrace(string script, string version = "bpftrace v0.17.0")
    {
        Folder = Directory.CreateTempSubdirectory("km-run-").FullName;
        var tool = Path.Combine(Folder, "bpftrace");
        File.WriteAllText(tool, $"#!/bin/bash\nif [ \"$1\" = --version ]; then echo '{version}'; exit; fi\ntouch {Folder}/ran\n{script}\n");
        File.SetUnixFileMode(tool, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        Policy = new ProbePolicy { AuditLog = Path.Combine(Folder, "audit", "probes.jsonl"), StateDirectory = Path.Combine(Folder, "state"), Bpftrace = tool };
    }

    public string Folder { get; }

    public ProbePolicy Policy { get; set; }

    public ProbeStanding Standing { get; set; } = new(ProbeState.Approved, null) { Approvers = ["anna"] };

    public ProbeLimits Limits { get; set; } = new() { Duration = TimeSpan.FromSeconds(20) };

    public ProbeParameter[] Parameters { get; set; } = [];

    public IReadOnlyList<ProbeImport> Imports { get; set; } = [];

    public ProbeMaturity Maturity { get; set; } = ProbeMaturity.Stable;

    public byte[] Program { get; set; } = Encoding.UTF8.GetBytes("BEGIN { exit(); }\n");

    public ProbeRunSettings Settings { get; set; } = new()
    {
        ChecksKernel = false, UsesSystemd = false, Grace = TimeSpan.FromSeconds(10), Cost = _ => null,
    };

    public ProbeRunRequest Request { get; set; } = new() { Name = "runq-late" };

    public List<string> Lines { get; } = [];

    public List<string> Warnings { get; } = [];

    /// <summary>Is called with each line.</summary>
    public Action<string>? OnLine { get; set; }

    public bool HasRun => File.Exists(Path.Combine(Folder, "ran"));

    public List<ProbeAuditRecord> Audit => AuditLogTests.Read(Policy.AuditLog);

    public ProbeSource Source => new()
    {
        Name = "runq-late", Folder = Folder, Program = Program, ManifestText = default, Hash = Convert.ToHexStringLower(SHA256.HashData(Program)), Imports = Imports,
        Manifest = new ProbeManifest
        {
            Name = "runq-late", Version = "1.0.0", Title = "t", Owner = "o", Purpose = "p", Reading = "r", Limits = Limits, Parameters = Parameters, Maturity = Maturity,
        },
    };

    public ProbeRunResult Run(CancellationToken cancel = default) => ProbeRunner.Run(new ProbeRun(Request, Policy, Source, Standing), this, Settings, cancel);

    /// <summary>Runs with a duration of some milliseconds.</summary>
    public ProbeRunResult RunFor(int milliseconds)
    {
        Request = Request with { Duration = TimeSpan.FromMilliseconds(milliseconds) };
        return Run();
    }

    public KernelMagnifierException Refuses(ErrorCode code)
    {
        var error = Assert.Throws<KernelMagnifierException>(() => Run());
        Assert.Equal(code, error.Code);
        return error;
    }

    public void Begin(ProbeSource source) => Assert.Equal("runq-late", source.Name);

    public void Line(ReadOnlySpan<byte> line)
    {
        var text = Encoding.UTF8.GetString(line);
        Lines.Add(text);
        OnLine?.Invoke(text);
    }

    public void Warning(string text) => Warnings.Add(text);

    public void Dispose() => Directory.Delete(Folder, true);
}
