using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Kernels;
using KernelMagnifier.Probes.Library;
using KernelMagnifier.Probes.Manifests;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Engine.Tests.Probes.Checks;

/// <summary>Every rule fires on one program and is silent on another.</summary>
public class RuleTests
{
    private static readonly ProbeManifest Manifest = new()
    {
        Name = "p", Version = "1.0.0", Title = "t", Owner = "o", Purpose = "p", Reading = "r", AttachPoints = ["kprobe:f", "BEGIN"],
        Parameters = [new ProbeParameter { Name = "us", Description = "d", Default = "1" }], DataClass = DataClass.Names,
        Maps = [new OutputMap { Name = "@m", Meaning = "m", Keys = [new OutputValue("Comm", "text", null)] }],
        Lines = [new OutputLine("slow", "%d\\n", [new OutputValue("X", "integer", null)], "m")],
    };

    private static readonly KernelDescription Kernel = new()
    {
        Source = "k", Release = "6.12", HasAllEvents = true, Functions = new HashSet<string> { "vfs_read", "part.isra.0" },
        Symbols = new HashSet<string> { "vfs_read", "notrace_fn" }, TypedFunctions = new HashSet<string> { "vfs_read" },
        Events = new Dictionary<string, IReadOnlySet<string>?> { ["sched:sched_switch"] = new HashSet<string> { "prev_comm" } },
    };

    /// <summary>Rule, a program that it finds, and one that it does not.</summary>
    public static TheoryData<string, string, string> Cases => new()
    {
        { "syntax", "BEGIN {", "BEGIN { }" },
        { "unknown-syntax", "typedef int x; BEGIN { }", "struct x { int y; }; BEGIN { }" },
        { "unknown-probe-type", "later:x { }", "kfunc:x { }" },
        { "unknown-function", "BEGIN { later() }", "BEGIN { exit() }" },
        { "unknown-name", "BEGIN { @x = later }", "#define later 1\nBEGIN { @x = later }" },
        { "system", "BEGIN { system(\"id\") }", "BEGIN { printf(\"system(1)\") }" },
        { "signal", "BEGIN { signal(9) }", "BEGIN { @signal = 1 }" },
        { "override", "kprobe:f { override(1) }", "kprobe:f { }" },
        { "writes", "kprobe:f { skboutput(\"f\", arg0, 10, 0) }", "kprobe:f { }" },
        { "unsafe", "watchpoint:0x1000:8:w { }", "kprobe:f { }" },
        { "file-read", "BEGIN { cat(\"/etc/shadow\") }", "BEGIN { }" },
        { "include", "#include <linux/fs.h>\nBEGIN { }", "#define x 1\nBEGIN { }" },
        { "import-outside", "import \"../../../x.bt\"; BEGIN { }", "BEGIN { }" },
        { "import", "import \"../../x.bt\"; BEGIN { }", "BEGIN { }" },
        { "undeclared-parameter", "BEGIN { @x = $2 }", "BEGIN { @x = $1 }" },
        { "unused-parameter", "BEGIN { }", "BEGIN { @x = $1 }" },
        { "parameter-type", "BEGIN { printf(\"%s\", str($1)) }", "BEGIN { @x = $1 }" },
        { "attach-point-undeclared", "kprobe:g { }", "kprobe:f { }" },
        { "attach-point-unused", "kprobe:g { }", "BEGIN { } kprobe:f { }" },
        { "attach-point-unused", "kprobe:f { }", "kprobe:f { } begin { }" },
        { "attach-point-parameter", "kprobe:$1 { }", "kprobe:f /pid == $1/ { }" },
        { "attach-point-parameter", "tracepoint:$1 { }", "tracepoint:sched:sched_switch { }" },
        { "attach-point-parameter", "interval:s:$2 { }", "interval:s:1 { }" },
        { "attach-point-parameter", "uprobe:/bin/bash:$1 { }", "uprobe:/bin/bash:f$ { }" },
        { "attach-point-parameter", "kprobe:f, kprobe:vfs_*$1 { }", "kprobe:vfs_* { }" },
        { "attach-point-parameter", "kprobe:f$# { }", "kprobe:f { }" },
        { "undeclared-parameter", "kprobe:$2 { }", "kprobe:$1 { }" },
        { "data-class", "kprobe:f { @x = str(arg0) }", "kprobe:f { @x[comm] = count() }" },
        { "too-many-probes", string.Concat(Enumerable.Repeat("kprobe:f { } ", 33)), string.Concat(Enumerable.Repeat("kprobe:f { } ", 32)) },
        { "wildcard", "kprobe:vfs_* { }", "kprobe:vfs_read { }" },
        { "user-probe", "uprobe:/bin/bash:f { }", "kprobe:f { }" },
        { "user-memory", "tracepoint:syscalls:sys_enter_openat { @x = str(args.filename) }", "tracepoint:sched:sched_switch { @x = str(args.prev_comm) }" },
        { "user-memory", "uprobe:/bin/bash:f { @x = *(uint64*)arg0 }", "kprobe:f { @x = ((struct rq*)arg0)->cpu }" },
        { "user-memory", "kprobe:f { @x = *uptr(arg0) }", "kprobe:f { @x = *kptr(arg0) }" },
        { "unbounded-map", "macro put(@m, $k) { @m[$k] = 1; } kprobe:f { put(@z, nsecs) }", "macro put(@m, $k) { @m[$k] = 1; } kprobe:f { put(@z, cpu) }" },
        { "unbounded-map", "kprobe:f { @x[tid] = nsecs }", "kprobe:f { @x[tid] = nsecs } kretprobe:f { delete(@x[tid]) }" },
        { "unbounded-map", "kprobe:f { $k = nsecs / 1000; @x[$k] = 1 }", "kprobe:f { @x[cpu] = nsecs; @y[nsecs % 10] = 1 }" },
        { "unbounded-map", "let @x = hash(10); kprobe:f { @x[comm] = 1 }", "let @x = lruhash(10); kprobe:f { @x[comm] = 1 }" },
        { "event-output", "tracepoint:sched:sched_switch { printf(\"x\") }", "tracepoint:sched:sched_switch /pid == 1/ { printf(\"x\") } interval:s:1 { printf(\"x\") }" },
        { "event-output", "tracepoint:sched:sched_switch { unroll(2) { printf(\"x\") } }", "tracepoint:sched:sched_switch { if (pid == 1) { printf(\"x\") } }" },
        { "event-output", "tracepoint:sched:sched_switch { if (1) { printf(\"x\") } }", "tracepoint:sched:sched_switch { @x = 1 }" },
        { "event-output", "tracepoint:sched:sched_switch /1/ { printf(\"x\") }", "profile:hz:99 { printf(\"x\") }" },
        { "event-output", "profile:hz:1000 { printf(\"x\") }", "interval:ms:10 { printf(\"x\") }" },
        { "event-output", "interval:us:100 { printf(\"x\") }", "interval:s:1 { printf(\"x\") }" },
        { "loop", "kprobe:f { while (1) { } }", "kprobe:f { unroll(3) { } }" },
        { "config", "config = { license = \"GPL\" } BEGIN { }", "BEGIN { }" },
        { "config", "config = { missing_probes = ignore } BEGIN { }", "BEGIN { }" },
        { "config-limits", "config = { max_map_keys = 1 } BEGIN { }", "config = { missing_probes = ignore } BEGIN { }" },
        { "config-limits", "config = { max_map_keys = 100000 } BEGIN { }", "config = { license = \"GPL\" } BEGIN { }" },
        { "printf-schema", "kprobe:f { printf(\"%s\\n\", comm) }", "kprobe:f { printf(\"%d\\n\", pid) }" },
        { "map-schema", "kprobe:f { @other = 1 }", "kprobe:f { @m[comm] = count() }" },
        { "map-schema", "kprobe:f { @m[comm, pid] = count() }", "kprobe:f { @m[comm] = count() }" },
        { "unassigned-map", "BEGIN { print(@x) }", "BEGIN { @x = 1; print(@x) }" },
        { "unassigned-map", "macro get(@m) { print(@m); } BEGIN { get(@z) }", "macro put(@m, $k) { @m[$k] = 1; } BEGIN { put(@z, cpu); print(@z) }" },
        { "no-name", "BEGIN { @ = 1 }", "BEGIN { @x = 1 }" },
        { "not-attachable", "tracepoint:sched:sched_swich { }", "tracepoint:sched:sched_switch { }" },
        { "not-attachable", "kprobe:vfs_reed { }", "kprobe:vfs_read { }" },
        { "not-attachable", "kprobe:notrace_fn { }", "kprobe:vfs_* { }" },
        { "not-attachable", "fentry:vfs_write { }", "fentry:vfs_read { }" },
        { "unknown-field", "tracepoint:sched:sched_switch { @x = args.nofield }", "tracepoint:sched:sched_switch { @x = args.prev_comm }" },
        { "attach-unknown", "rawtracepoint:nothing { }", "rawtracepoint:sched_switch { }" },
    };

    private static ProbeCheck Check(string program, ProbePolicy? policy = null, ProbeManifest? manifest = null, bool hasImport = true)
        => ProgramCheck.Check(new ProbeSource
        {
            Name = "p", Folder = "/lib/probes/p", Program = Encoding.UTF8.GetBytes(program), ManifestText = default, Hash = "0",
            Manifest = manifest ?? Manifest, Imports = hasImport ? [new ProbeImport("../../x.bt", default)] : [],
        }, policy ?? new ProbePolicy(), Kernel);

    [Theory]
    [MemberData(nameof(Cases))]
    public void FiresAndIsSilent(string rule, string found, string notFound)
    {
        Assert.Contains(Check(found).Findings, finding => finding.Rule == rule);
        Assert.DoesNotContain(Check(notFound).Findings, finding => finding.Rule == rule && !(rule == "map-schema" && finding.Line is null));
    }

    [Fact]
    public void EveryRuleHasACase()
        => Assert.Equal(ProbeRules.All.Select(rule => rule.Id).Except(["limit-lowered"]).Order(), Cases.Select(row => (string)row[0]).Distinct().Order());

    [Fact]
    public void APolicyLowersLimitsAndSaysSo()
    {
        var manifest = Manifest with { Limits = new ProbeLimits { MapKeys = 1_000_000 } };
        Assert.Contains(Check("kprobe:f { }", manifest: manifest).Findings, finding => finding.Rule == "limit-lowered");
        Assert.DoesNotContain(Check("kprobe:f { }").Findings, finding => finding.Rule == "limit-lowered");
    }

    [Fact]
    public void APolicyChangesSeverities()
    {
        var policy = new ProbePolicy { Rules = new Dictionary<string, RuleSeverity> { ["system"] = RuleSeverity.Off, ["no-name"] = RuleSeverity.Error } };
        var findings = Check("kprobe:f { system(\"id\"); @ = $1 }", policy).Findings;
        Assert.DoesNotContain(findings, finding => finding.Rule == "system");
        Assert.Equal("Error", findings.Single(finding => finding.Rule == "no-name").Severity);
    }

    [Fact]
    public void APolicyBoundsTheDataClass()
        => Assert.Contains(Check("kprobe:f { @m[comm] = count() }", new ProbePolicy { MostSensitive = DataClass.Counters }).Findings,
            finding => finding.Rule == "data-class");

    [Theory]
    [InlineData("kprobe:f { @x = count() }", "Counters")]
    [InlineData("kprobe:f /comm == \"a\"/ { @x = count() }", "Counters")]
    [InlineData("tracepoint:sched:sched_switch { @x[args.prev_comm] = count() }", "Names")]
    [InlineData("kprobe:f { @x[kstack] = count() }", "Names")]
    [InlineData("kprobe:f { @x = arg0 }", "Arguments")]
    [InlineData("kprobe:f { @x[ustack] = count() }", "Arguments")]
    [InlineData("tracepoint:syscalls:sys_enter_read { @x = args.count }", "Arguments")]
    [InlineData("tracepoint:syscalls:sys_enter_openat { @f[tid] = args.filename } tracepoint:syscalls:sys_exit_openat { printf(\"%s\", str(@f[tid])) }", "Paths")]
    [InlineData("tracepoint:syscalls:sys_enter_write { @x = str(args.buf) }", "Payload")]
    [InlineData("kprobe:f { @x = buf(arg0, 10) }", "Payload")]
    [InlineData("kprobe:f { $p = arg0; @x = str($p) }", "Payload")]
    [InlineData("uprobe:/bin/bash:readline { @x = str(arg0) }", "Payload")]
    [InlineData("kprobe:f { @x = *(uint64*)arg1 }", "Payload")]
    [InlineData("kprobe:f { $p = (uint8*)arg1; @x = $p[3] }", "Payload")]
    [InlineData("kprobe:f { @x = *(uint64*)(arg1 + 8) }", "Payload")]
    [InlineData("uretprobe:/bin/bash:f { @x = *(uint8*)retval }", "Payload")]
    [InlineData("uprobe:/bin/bash:f { @x = ((struct s*)arg0)->x }", "Payload")]
    [InlineData("usdt:/bin/bash:a:b { @x = *(uint8*)arg0 }", "Payload")]
    [InlineData("uprobe:/bin/bash:f { @p = arg0 } interval:s:1 { @x = ((struct s*)@p)->x }", "Payload")]
    [InlineData("kprobe:f { @x = *uptr((uint8*)arg0) }", "Payload")]
    [InlineData("tracepoint:syscalls:sys_enter_write { @x = *(uint64*)args->buf }", "Payload")]
    [InlineData("kprobe:f { @x = *(uint64*)reg(\"di\") }", "Payload")]
    [InlineData("BEGIN { @x = *(uint64*)$1 }", "Payload")]
    [InlineData("struct b { uint64 x; } kprobe:f { @x = ((struct b*)arg1)->x }", "Payload")]
    [InlineData("kprobe:f { $m = (struct msghdr*)arg1; @x = *(uint64*)($m->msg_iter.iov->iov_base) }", "Payload")]
    [InlineData("macro m($p) { @x = *(uint64*)$p } kprobe:f { $p = kaddr(\"x\"); m(arg1) }", "Payload")]
    [InlineData("kprobe:f { $p = kaddr(\"x\"); $p = args->skaddr; @x = *(uint64*)$p }", "Payload")]
    [InlineData("kprobe:f { @x = ((struct rq*)arg0)->cpu }", "Arguments")]
    [InlineData("kprobe:f { @x = *(uint64*)(kaddr(\"jiffies\") + 8) }", "Arguments")]
    [InlineData("kprobe:f { @x = ((struct task_struct*)curtask)->flags }", "Arguments")]
    [InlineData("tracepoint:raw_syscalls:sys_exit { @x = *(uint64 *)(kaddr(\"sys_call_table\") + (uint64)args->id * 8) }", "Arguments")]
    [InlineData("kprobe:f { @x = str(arg1) == \"secret\" }", "Payload")]
    [InlineData("kprobe:f { printf(\"%d\", (*(uint8*)arg1 & 4) == 4) }", "Payload")]
    [InlineData("kprobe:f { $z = (*(uint8*)arg1 == 65) }", "Payload")]
    [InlineData("kprobe:f { @x = hist(!*(uint8*)arg1) }", "Payload")]
    [InlineData("kprobe:f { @x[strncmp(str(arg1), \"a\", 1)] = 1 }", "Payload")]
    [InlineData("kprobe:f { @x = str(arg1) == \"a\" ? 1 : 2 }", "Payload")]
    [InlineData("kprobe:f { @x = if (str(arg1) == \"a\") { 1 } else { 2 } }", "Payload")]
    [InlineData("kprobe:f { if ({ @x = str(arg1); 1 }) { } }", "Payload")]
    [InlineData("#define S str(arg1)\nkprobe:f /S == \"a\"/ { @x = S }", "Payload")]
    [InlineData("kprobe:f { if (str(arg1) == \"a\" && arg0) { @x = count() } }", "Counters")]
    [InlineData("kprobe:f { str(arg1) == \"a\" ? printf(\"a\") : 0 }", "Counters")]
    [InlineData("BEGIN { printf(\"%s\", str($1)) }", "Counters")]
    public void FindsTheDataClass(string program, string data)
        => Assert.Equal(data, ProgramCheck.CheckFile(Encoding.UTF8.GetBytes(program), "p", new ProbePolicy(), null).DataClassFound);

    [Fact]
    public void KernelMessagesSayWhyAndNameTheNearest()
    {
        Assert.Contains("kprobe:notrace_fn is not traceable (notrace) in 6.12", Text("kprobe:notrace_fn { }"), StringComparison.Ordinal);
        Assert.Contains("kprobe:vfs_reed is inlined or not there in 6.12; nearest: vfs_read.", Text("kprobe:vfs_reed { }"), StringComparison.Ordinal);
        Assert.Contains("only there as part.isra.0", Text("kprobe:part { }"), StringComparison.Ordinal);

        static string Text(string program) => string.Join('\n', Check(program).Findings.Select(finding => finding.Message));
    }

    [Fact]
    public void TheDocumentationHasTheRules()
    {
        var text = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "docs", "probe-rules.md"));
        foreach (var rule in ProbeRules.All)
            Assert.Contains($"| `{rule.Id}` | {rule.Severity} | {rule.Meaning} | {rule.Action} |", text, StringComparison.Ordinal);
        Assert.Equal(ProbeRules.All.Count, text.Split("\n| `").Length - 1);
    }

    /// <summary>A program that has very many warnings hides no error behind them.</summary>
    [Fact]
    public void ManyWarningsHideNoError()
    {
        var loops = string.Concat(Enumerable.Repeat("while (1) { } ", 2000));
        var check = ProgramCheck.CheckFile(Encoding.UTF8.GetBytes($"kprobe:f {{ {loops} signal(9) }}"), "p.bt", new ProbePolicy(), null);
        Assert.Contains(check.Findings, finding => finding.Rule == "signal");
        Assert.InRange(check.Findings.Count, 100, 1100);
    }

    /// <summary>A mistyped rule would leave the rule that was meant as it is.</summary>
    [Fact]
    public void APolicyCannotNameARuleThatDoesNotExist()
    {
        var policy = new ProbePolicy { Rules = new Dictionary<string, RuleSeverity> { ["sytem"] = RuleSeverity.Error } };
        var error = Assert.Throws<KernelMagnifierException>(() => ProgramCheck.CheckFile("BEGIN { }"u8.ToArray(), "p.bt", policy, null));
        Assert.Equal(ErrorCode.ProbePolicyUnreadable, error.Code);
        Assert.Contains("Did you mean system?", error.RecommendedAction, StringComparison.Ordinal);
    }
}
