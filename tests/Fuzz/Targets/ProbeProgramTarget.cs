using System.Text;
using KernelMagnifier.Probes.Checks;
using KernelMagnifier.Probes.Language;
using KernelMagnifier.Probes.Policies;

namespace KernelMagnifier.Fuzzing;

/// <summary>Programs of bpftrace: parsing and checking never fail, and positions are inside of the program.</summary>
internal sealed class ProbeProgramTarget() : FuzzTarget("probe-program")
{
    /// <summary>Programs with every part of the language.</summary>
    public static readonly byte[][] Seeds =
    [
        .. new[]
        {
            "config = { a = 1 } import \"x.bt\"; let @m = lruhash(5); kprobe:f*, u:/bin/x:y /pid == $1/ { @m[tid, str(args.x)] = count(); }",
            "#include <a.h>\n#define N 1\nstruct a { int b; };\nmacro m(x) { x + N } BEGIN { $x = (uint8 *)arg0; for ($i : 0..N) { print(m($x[1].b->c)); } }",
            "t:sched:sched_switch { if (args->a) { printf(\"%d\\x41\\n\", (1, 2).0); } else if (1) { while (0) { break; } } } END { clear(@m); }",
            "fn f($a : int) : int { return $a ? 1 : { 2 } } fentry:g { @[kstack(perf, 3)] = hist(f(nsecs) / 2); delete(@, 1); unroll(2) { @x++ } }",
        }.Select(Encoding.UTF8.GetBytes),
    ];

    // Each byte can be a node, and definitions are followed where they are used.
    protected override long MemoryPerByte => 32 << 10;

    protected override long StepsPerByte => 60_000;

    protected override void Read(ReadOnlySpan<byte> input)
    {
        var program = input.ToArray();
        var facts = ProgramParser.Parse(program, "fuzz");
        foreach (var issue in facts.Issues)
            Check(issue.Position is { Line: > 0, Column: > 0 } && issue.Position.Line <= program.Length + 1, $"{issue}");
        Check(facts.Probes.Count > 0 || facts.Issues.Count > 0, $"neither probes nor issues");
        var check = ProgramCheck.CheckFile(program, "fuzz", new ProbePolicy(), null);
        Check(check.Errors + check.Warnings == check.Findings.Count && ProbeCheckText.Json([check]).Length > 0, $"{check}");
        Check(!ProbeCheckText.Of(check).Contains('\u001b', StringComparison.Ordinal), $"an escape in the text of a check");
    }
}
