using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Probes.Language;

namespace KernelMagnifier.Engine.Tests.Probes.Language;

/// <summary>Programs that others wrote.</summary>
public class CorpusTests
{
    private const string Installed = "/usr/sbin";

    // What bpftrace 0.17 refuses in the shared programs, and the parser can know.
    private static readonly Dictionary<string, IssueKind> Wrong = new()
    {
        ["f1-syntax.bt"] = IssueKind.Syntax, ["f13-empty.bt"] = IssueKind.Syntax, ["f2-unknown-function.bt"] = IssueKind.UnknownFunction,
        ["f8-unknown-builtin.bt"] = IssueKind.UnknownName, ["f11-bad-probe-type.bt"] = IssueKind.UnknownProbeType,
    };

    [Fact]
    public void InstalledProgramsParse()
    {
        if (!Directory.Exists(Installed)) return;
        foreach (var path in Directory.EnumerateFiles(Installed, "*.bt"))
        {
            var facts = ProgramParser.Parse(File.ReadAllBytes(path), path);
            Assert.True(facts.Issues.Count == 0, $"{path}: {string.Join("; ", facts.Issues)}");
            Assert.NotEmpty(facts.Probes);
            Assert.All(facts.AttachPoints, point => Assert.NotNull(point.Type));
        }
    }

    [SharedDataFact]
    public void SharedProgramsParseAsBpftraceSays()
    {
        var files = Directory.GetFiles(SharedData.Shared("bpftrace/programs"), "*.bt");
        Assert.True(files.Length > 30);
        foreach (var path in files)
        {
            var issues = ProgramParser.Parse(File.ReadAllBytes(path), path).Issues;
            if (Wrong.TryGetValue(Path.GetFileName(path), out var kind)) Assert.Equal(kind, Assert.Single(issues).Kind);
            else Assert.True(issues.Count == 0, $"{path}: {string.Join("; ", issues)}");
        }
    }

    [Theory]
    [InlineData("config = { max_map_keys = 10; stack_mode = \"perf\"; missing_probes = error } begin { exit() }")]
    [InlineData("let @m = lruhash(100); kprobe:f { @m[tid] = 1 }")]
    [InlineData("begin { let $x : uint64 = 5; let $y; $y = (int8)$x; for $i : 0..10 { print($i) } for ($kv : @a) { print(($kv.0, $kv.1)); } @a[1] = 2; }")]
    [InlineData("macro add($x, @m, e) { $x += 1; @m[e] = $x; e * 2 } begin { $a = 1; add($a, @m, 4); }")]
    [InlineData("fn f($a : uint64, $b : struct task_struct *) : int32 { return $a + 1; } begin { print(f(1, curtask)); }")]
    [InlineData("import \"lib/x.bt\"; begin { import \"stdlib/base\"; exit(); }")]
    [InlineData("begin { $x = { let $y = 3; $y + 1 }; $z = if ($x > 1) { 1 } else { 2 }; if has_key(@m, 1) { delete(@m, 1); } @m[1] = $z; _ = rand; }")]
    [InlineData("self:signal:SIGUSR1 { print(1) } bench:loop { @ = 1 } test:ok { return 0; }")]
    [InlineData("fentry:vmlinux:tcp_reset { @[args.sk] = count() } fexit:tcp_reset { @r = retval } iter:task { print(ctx.task.pid) } rawtracepoint:sched_switch { @c = arg0 }")]
    [InlineData("begin { print(getopt(\"aa\", 10, \"x\")); $r = (a=1, b=\"x\"); print($r.b); print((1,)); print(()); }")]
    [InlineData("kprobe:f { $p = (uint64 *)arg0; $q = (uint8[4])arg1; @x = *$p + offsetof(struct a, b.c) + sizeof(uint64) + sizeof($p) + $p[1]; @s = ((struct a *)arg0)->b[3].c; }")]
    [InlineData("kprobe:f /arg0 / 2 == 1 && (arg1 / 3) > 0/ { @[kstack(perf, 5), ustack(3)] = count(); @t = nsecs(boot); }")]
    [InlineData("BEGIN { $i = 0; while ($i < 10) { $i++; if ($i == 5) { continue } else if ($i == 7) { break; } } unroll(3) { @x++; ++@y; --$i; } }")]
    [InlineData("profile:hz:99 { @[cpu] = lhist(1e6 ? 0xff : 1_000, 0, 100, 10); @s = stats(5ms); $a = pid ? : 3; }")]
    [InlineData("uprobe:/bin/bash:readline, uretprobe:\"/lib/a b.so\":\"f(int, char)\" { printf(\"%s\\x41\\101\\n\", str(arg0)); } usdt:/a/b:p:q { @ = arg1 }")]
    [InlineData("#!/usr/bin/env bpftrace\n#include <linux/sched.h>\n#define N 3\nstruct a { int x; char y[4]; }; enum e { A = 1, B };\n/* c */ BEGIN { @x = N + A; } // end")]
    [InlineData("k:vfs_* { @[probe] = count() } t:sched:sched_switch/pid == 1/{ @x = args.prev_pid } i:s:1 { exit() } p:hz:9 { } s:cs:1 { } h:cycles:1e6 { }")]
    [InlineData("kprobe:f+0x10 { @ = reg(\"ip\") } tracepoint:a:b, { @x = args->y } END { clear(@x); }")]
    public void EverySyntaxOfNewVersionsIsKnown(string program)
    {
        var facts = ProgramParser.Parse(Encoding.UTF8.GetBytes(program), "p");
        Assert.True(facts.Issues.Count == 0, string.Join("; ", facts.Issues));
    }

    [Theory]
    [InlineData("typedef int x; BEGIN { }", IssueKind.UnknownSyntax)]
    [InlineData("namespace x { int y; } BEGIN { }", IssueKind.UnknownSyntax)]
    [InlineData("BEGIN { later() }", IssueKind.UnknownFunction)]
    [InlineData("BEGIN { @x = later }", IssueKind.UnknownName)]
    [InlineData("later:x { }", IssueKind.UnknownProbeType)]
    [InlineData("let @x = later(5); BEGIN { @x[1] = 1 }", IssueKind.UnknownSyntax)]
    [InlineData("#define F(x) system(x)\nBEGIN { }", IssueKind.UnknownSyntax)]
    [InlineData("BEGIN { @x = 1 @y = 2 }", IssueKind.Syntax)]
    [InlineData("BEGIN { arg0 = 1; }", IssueKind.Syntax)]
    [InlineData("BEGIN { @x = $; }", IssueKind.Syntax)]
    [InlineData("BEGIN { @x = $0; }", IssueKind.Syntax)]
    [InlineData("BEGIN { @x = 12ab; }", IssueKind.Syntax)]
    [InlineData("BEGIN { printf(\"a\nb\"); }", IssueKind.Syntax)]
    [InlineData("BEGIN { printf(\"\\q\"); }", IssueKind.Syntax)]
    [InlineData("BEGIN { @x[] = 1; }", IssueKind.Syntax)]
    [InlineData("/* open", IssueKind.Syntax)]
    [InlineData("BEGIN", IssueKind.Syntax)]
    public void WhatIsUnknownOrWrongIsReported(string program, object kind)
        => Assert.Equal(kind, ProgramParser.Parse(Encoding.UTF8.GetBytes(program), "p").Issues.Select(issue => (object)issue.Kind).FirstOrDefault());

    [Fact]
    public void PositionsAreThoseOfBpftrace()
    {
        // f1-syntax: bpftrace says 1:43-50.
        var issue = Assert.Single(ProgramParser.Parse("tracepoint:sched:sched_switch { @[comm] = count(; }"u8.ToArray(), "p").Issues);
        Assert.Equal(new ProgramPosition(1, 49), issue.Position);
        var unknown = Assert.Single(ProgramParser.Parse("// ä\nBEGIN { nosuch(1); }"u8.ToArray(), "p").Issues);
        Assert.Equal(new ProgramPosition(2, 9), unknown.Position);
    }

    [Fact]
    public void DefinitionsAreFollowed()
    {
        var facts = ProgramParser.Parse("#define RUN system(\"id\")\nmacro m() { signal(9) }\nBEGIN { RUN; m(); }"u8.ToArray(), "p");
        Assert.Empty(facts.Issues);
        Assert.Equal(["m", "signal", "system"], facts.Calls.Select(call => call.Name).Distinct().Order());
    }

    [Theory]
    [InlineData("(")]
    [InlineData("{")]
    [InlineData("[")]
    [InlineData("-")]
    [InlineData("!")]
    [InlineData("(uint64)")]
    [InlineData("if 1 { ")]
    [InlineData("@a[")]
    [InlineData("1 ? ")]
    [InlineData("$a.b")]
    [InlineData("str(")]
    [InlineData("1+")]
    [InlineData("else if (1) { } ")]
    [InlineData("comptime ")]
    [InlineData("(a=")]
    public void DeepAndLongProgramsEnd(string part)
    {
        var start = "BEGIN { $x = "u8.ToArray();
        var body = string.Concat(Enumerable.Repeat(part, ProgramLimits.Bytes / part.Length));
        var program = start.Concat(Encoding.UTF8.GetBytes(body)).Take(ProgramLimits.Bytes).ToArray();
        Assert.NotEmpty(ProgramParser.Parse(program, "p").Issues);
        Assert.Equal(IssueKind.Syntax, Assert.Single(ProgramParser.Parse(program.Append((byte)32).ToArray(), "p").Issues).Kind);
    }

    [Fact]
    public void DefinitionsThatMultiplyEnd()
    {
        var text = new StringBuilder();
        for (var level = 0; level < 2000; level++) text.Append(System.Globalization.CultureInfo.InvariantCulture, $"#define a{level} a{level + 1} + a{level + 1}\n");
        Assert.NotEmpty(ProgramParser.Parse(Encoding.UTF8.GetBytes($"{text}BEGIN {{ @x = a0 + a0; }}"), "p").Issues);
    }
}
