using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.PerfScript;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.PerfScript;

/// <summary>perf script text. The pairs of every recording are compared with those of a simple reader in this file.</summary>
public sealed class PerfScriptTests
{
    public static TheoryData<string> LocalFiles
        => ["cpuclock-g.script.txt.zst", "cpuclock-g.fields.txt.zst", "oddcomm.script.txt.zst"];

    [Theory]
    [MemberData(nameof(LocalFiles))]
    public void PairsOfAnExcerptMatchTheSimpleReader(string name) => Compare(SharedData.Local(Path.Combine("perf", name)));

    // Counted by the simple reader below in recordings of perf 6.1.187.
    [SharedDataTheory]
    [InlineData("cpuclock-g.script.txt.zst", 18959, 1206, 176)]
    [InlineData("cpuclock-g.fields.txt.zst", 18959, 1206, 176)]
    [InlineData("sched-g.script.txt.zst", 47309, 501, 0)]
    [InlineData("sched.script.txt.zst", 0, 0, 22058)]
    [InlineData("oddcomm.script.txt.zst", 0, 0, 3738)]
    public void PairsOfARecordingMatchTheSimpleReader(string name, int pairs, int edges, int others)
    {
        var (info, graph) = Compare(SharedData.Shared($"perf/{name}"));
        Assert.Equal((pairs, edges, others, 0), ((int)info.Calls, graph.Edges.Count, (int)info.Events, (int)info.NotParsed));
    }

    [Fact]
    public void AChainGivesItsPairs()
    {
        var calls = Read("""
            my task-1 [0]   310/312   [001]    22.233957042:     250000 cycles:ppp: 
            	ffffffff8e95d97a __check_object_size+0x5a ([kernel.kallsyms])
            	ffffffffc0a1079d ext4_read+0x3d ([ext4])
            	ffffffff8eb79edf vfs_read+0x3f (/usr/lib/debug/boot/vmlinux-6.1.0)
            	ffffffffc0b1079d jbd2_x+0x3d (/lib/modules/6.1.0/kernel/fs/jbd2/jbd2-y.ko.xz)
            	           d4ad7 __GI___read+0x7 (/usr/lib/x86_64-linux-gnu/libc.so.6)
            	          149d33 [unknown] (/usr/bin/perf)

            """, out var info);
        Assert.Equal(["ext4_read [ext4]>__check_object_size", "vfs_read>ext4_read [ext4]", "jbd2_x [jbd2_y]>vfs_read"],
            calls.Select(Pair));
        Assert.All(calls, c => Assert.Equal(
            ("my task-1 [0]", 312, 310, 1, 22_233_957_042), (c.Comm, c.ProcessId, c.ThreadGroupId, c.Cpu, c.Record.Time)));
        Assert.Contains(info.Warnings, w => w.Contains("samples, not calls"));
        Assert.Equal(("perf script", 3, 0, 0), (info.Format, (int)info.Calls, (int)info.Events, (int)info.NotParsed));
    }

    [Theory]
    [InlineData("a 12 [000]     1.000001:     250000 cycles: ", "a", 12, 0, "cycles")]
    [InlineData("            a b   12 [000]     1.000001: sched:sched_switch: prev_comm=x 7 [003] 9.000000: y", "a b", 12, 0, "sched:sched_switch")]
    [InlineData("x [000] d..1    12 [003]     1.000001: ev: ", "x [000] d..1", 12, 3, "ev")]
    [InlineData("   1 [000] 1.0:    12 [003]     1.000001: ev: ", "1 [000] 1.0:", 12, 3, "ev")]
    [InlineData("                   12 [003]     1.000001: ev: ", "", 12, 3, "ev")]
    [InlineData("     # comment    12 [003]     1.000001: ev: ", "# comment", 12, 3, "ev")]
    [InlineData("perf    -1 [000]     1.000001: ev: ", "perf", -1, 0, "ev")]
    public void ACommCanContainAnyByte(string header, string comm, int pid, int cpu, string name)
    {
        var text = $"swapper     0 [001]     1.000000: cpu-clock: \n\tffffffff8e95d97a b+0x1 ([kernel.kallsyms])\n\tffffffff8e95d97b a+0x1 ([kernel.kallsyms])\n\n{header}\n\tffffffff8e95d97a d+0x1 ([kernel.kallsyms])\n\tffffffff8e95d97b c+0x1 ([kernel.kallsyms])\n\n{header}\n\t 12 main+0x1 (/bin/x)\n\n";
        var calls = Read(text, out var info);
        Assert.Equal(["a>b", "c>d"], calls.Select(Pair));
        Assert.Equal((comm, pid, cpu), (calls[1].Task.Comm, calls[1].Task.ProcessId, calls[1].Cpu));
        Assert.Equal(1, info.EventKinds[name]);
    }

    [Theory]
    [InlineData("perf 189 2000000 cpu-clock: ")]
    [InlineData("perf 189 cpu-clock: ")]
    [InlineData("perf [000] 11.906969: ")]
    [InlineData("11.906969: cpu-clock: ")]
    [InlineData("[003] 11.906969: cpu-clock: ")]
    [InlineData("perf 189/189 [000] K    11.906969: cpu-clock: ")]
    [InlineData("cpu-clock: ")]
    [InlineData("")]
    public void EveryChoiceOfFieldsIsRead(string header)
    {
        var chain = "\tffffffff8e95d97a b+0x1 ([kernel.kallsyms])\n  fs/exec.c:123 (inlined)\n\tffffffff8e95d97b a+0x1 ([kernel.kallsyms])\n  [kernel.kallsyms][ffffffff8e95d97b]\n\n";
        var sample = (header.Length > 0 ? header + "\n" : "") + chain;
        var calls = Read(sample + sample, out var info);
        Assert.Equal(["a>b", "a>b"], calls.Select(Pair));
        Assert.Equal(0, info.NotParsed);
        if (header.StartsWith("perf 189", StringComparison.Ordinal))
            Assert.All(calls, c => Assert.Equal(("perf", 189), (c.Comm, c.ProcessId)));
    }

    [Theory]
    [InlineData("\tffffffff8e95d97a b\n\tffffffff8e95d97b a\n")]
    [InlineData("\tffffffff8e95d97a b ([kernel.kallsyms])\n\tffffffff8e95d97b a ([guest.kernel.kallsyms])\n")]
    [InlineData(" b ([kernel.kallsyms])\n a ([kernel.kallsyms])\n main (/bin/x)\n")]
    [InlineData(" b\n a\n")]
    [InlineData("\tffffffff8e95d97a b\n\tffffffff8e95d97b a\n\t            d4ad\n")]
    [InlineData("\tc0100000 b ([kernel.kallsyms])\n\tc0100001 a ([kernel.kallsyms])\n\tb000 main (/bin/x)\n")]
    [InlineData("\tffffffff8e95d97a b+0x1 ([kernel.kallsyms])\n\tffffffff8e95d97a in+0x1 (inlined)\n\tffffffff8e95d97b a+0x1 ([kernel.kallsyms])\n")]
    public void EveryFormatOfFramesIsRead(string frames)
        => Assert.Equal(["a>b"], Read($"x 1 [000] 1.000000: ev: \n{frames}\ny 2 [000] 2.000000: ev: \n\n", out _).Select(Pair));

    [Fact]
    public void ACommCanContainANewline()
    {
        const string Chain = "\tffffffff8e95d97a b\n\tffffffff8e95d97b a\n\n";
        var calls = Read($"x 1 [000] 1.000000: ev: \n{Chain}x 1 [000] 1.000000: ev: \n{Chain}nl\nhere   335 [000]   319.386630: ev: prev_comm=nl\nhere prev_pid=335\n{Chain}", out var info);
        Assert.Equal(["x", "x", "nl\nhere"], calls.Select(c => c.Comm));
        Assert.Equal(0, info.NotParsed);
    }

    [Fact]
    public void PerfsOwnRecordsAreNotSamples()
    {
        var calls = Read("swapper     0 [000]     0.000000: PERF_RECORD_FORK(1:1):(0:0)\nbash     0 [000]     0.000000: PERF_RECORD_COMM: bash:1/1\nx 1 [001] 1.000000: ev: \n\tffffffff8e95d97a b\n\tffffffff8e95d97b a\n\nx     0 [001]     2.000000: PERF_RECORD_LOST lost 12\n", out var info);
        Assert.Equal("a>b", Pair(Assert.Single(calls)));
        Assert.Equal((12, 2, 0, 1.0, 1.0),
            ((int)info.LostEvents, (int)info.Events, (int)info.NotParsed, info.FirstTimestamp, info.LastTimestamp));
        Assert.Equal(12, Assert.Single(info.PerCpu, c => c.Cpu == 1).LostEvents);
    }

    [Fact]
    public void AnUnknownKernelFrameInterruptsTheChain()
        => Assert.Equal(["a>b"],
        Read("x 1 [000] 1.000000: ev: \n\tffffffff8e95d97a c\n\tffffffff8e95d97a [unknown] ([kernel.kallsyms])\n\tffffffff8e95d97a b\n\tffffffff8e95d97b a\n\n", out _).Select(Pair));

    [Fact]
    public void UserFramesAreNotCalls()
    {
        var calls = Read("x 1 [000] 1.000000: page-faults: \n\t    7f00 f (/lib/x.so)\n\tffffffffff600000 vgettimeofday ([vsyscall])\n\t 7ffd0 clock ([vdso])\n\n", out var info);
        Assert.Empty(calls);
        Assert.Equal(1, info.EventKinds["page-faults"]);
    }

    [Fact]
    public void LinesThatCannotBeParsedAreCounted()
    {
        var sample = "x 1 [000] 1.000000: ev: \n\tffffffff8e95d97a b\n\tffffffff8e95d97b a\n";
        var calls = Read($"{sample}what is this\n\n{sample}\n", out var info);
        Assert.Equal(2, calls.Count);
        Assert.Equal((1, "what is this"), ((int)info.NotParsed, Assert.Single(info.NotParsedSamples)));
    }

    [Fact]
    public void EveryKindOfInputGivesTheSameEdges()
    {
        var once = TestRecording.Bytes(SharedData.Local("perf/cpuclock-g.script.txt.zst"));
        var text = Enumerable.Repeat(once, 3_000_000 / once.Length).SelectMany(b => b).ToArray();
        using var one = TraceFile.Open(new MemoryStream(text), "x", new TraceReadOptions { Threads = 1 });
        var expected = Edges(one);
        using var many = TraceFile.Open(
            new TricklingStream(TestRecording.Gzip(text), new Random(1), 50_000), "x",
            new TraceReadOptions { Threads = 3 });
        Assert.Equal(expected, Edges(many));
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-perf-").FullName, "perf.txt");
        File.WriteAllBytes(path, text);
        using var file = TraceFile.Open(path, new TraceReadOptions { Threads = 2 });
        Assert.Equal(expected, Edges(file));
        File.Delete(path);
    }

    [Fact]
    public void DamageNeverThrows()
    {
        var text = TestRecording.Bytes(SharedData.Local("perf/cpuclock-g.fields.txt.zst"));
        var random = new Random(5);
        for (var round = 0; round < 200; round++)
        {
            var damaged = text.ToArray();
            for (var i = random.Next(1, 40); i > 0; i--) damaged[random.Next(30, damaged.Length)] = (byte)random.Next(256);
            Assert.Equal(Read(Encoding.Latin1.GetString(damaged), out var info).Count, info.Calls);
        }
    }

    [Theory]
    [InlineData("# tracer: function\n#\n   bash-1  [000] d..1  1.000001: f <-g\n")]
    [InlineData("            bash-1       [000] d..1.     1.000001: f <-g\n            bash-1       [000] d..1.     1.000002: f <-g\n")]
    [InlineData("            bash-1       [000]     1.000001: f <-g\n            bash-1       [000]     1.000002: sched_switch: prev_comm=a\n")]
    [InlineData("         my task-1       (    7) [000]     1.000001: f <-g\n")]
    [InlineData(" 0)   1.000 us    |  f();\n 0)               |  g() {\n")]
    [InlineData("Dear all,\n\nhello: world\n")]
    [InlineData("key: value\nother: value\n")]
    [InlineData("")]
    public void OtherTextIsNotRecognized(string text) => Assert.False(PerfScriptReader.Recognizes(Encoding.UTF8.GetBytes(text)));

    private static string Pair(CallEvent call) => $"{call.Names.Functions[call.Record.Caller]}>{call.FunctionSymbol}";

    private static List<CallEvent> Read(string text, out TraceInfo info)
    {
        using var reader = TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");
        var calls = new OrderedCalls();
        reader.Read(calls);
        info = reader.Info;
        return calls.Calls.ConvertAll(c => new CallEvent(reader.Names.Context(), c));
    }

    private static List<string> Edges(TraceReader reader)
    {
        var tally = new CallTally(CallGrouping.Edge);
        reader.Read(tally);
        return [.. tally.ToGraph().Edges.Select(e => $"{e.CallerSymbol} -> {e.CalleeSymbol} {e.Count}")
            .Order(StringComparer.Ordinal)];
    }

    /// <summary>
    /// Compares a recording with a simple reader: a sample starts with a line that has a time, and kernel frames are recognized
    /// by their address.
    /// </summary>
    private static (TraceInfo Info, CallGraph Graph) Compare(string path)
    {
        var expected = new Dictionary<string, int>();
        var (events, pairs, callee, inSample) = (0, 0, "", false);
        foreach (var line in Encoding.Latin1.GetString(TestRecording.Bytes(path)).Split('\n'))
        {
            var frame = Regex.Match(line, @"^\t *([0-9a-f]+) (.+?)(\+0x[0-9a-f]+)? \((.*)\)$");
            if (frame.Success)
            {
                var kernel = ulong.Parse(
                    frame.Groups[1].Value, NumberStyles.HexNumber, CultureInfo.InvariantCulture) >= 1UL << 63
                    && frame.Groups[2].Value != "[unknown]";
                var dso = frame.Groups[4].Value;
                var module = dso.StartsWith("[kernel", StringComparison.Ordinal) || !dso.StartsWith('[') ? "" : " " + dso;
                var function = kernel ? frame.Groups[2].Value + module : "";
                if (callee.Length > 0 && function.Length > 0)
                {
                    var pair = $"{function} -> {callee}";
                    expected[pair] = expected.GetValueOrDefault(pair) + 1;
                    pairs++;
                }
                callee = function;
            }
            else if (Regex.IsMatch(line, @"\d+ +\[\d{3}\] +\d+\.\d{6}: "))
            {
                if (inSample && pairs == 0) events++;
                (inSample, pairs, callee) = (true, 0, "");
            }
        }
        if (inSample && pairs == 0) events++;
        using var reader = TraceFile.Open(path);
        var tally = new CallTally(CallGrouping.Edge);
        reader.Read(tally);
        var graph = tally.ToGraph();
        Assert.Equal("perf script", reader.Source.Format);
        Assert.Equal(expected.Select(e => $"{e.Key} {e.Value}").Order(StringComparer.Ordinal),
            graph.Edges.Select(e => $"{e.CallerSymbol} -> {e.CalleeSymbol} {e.Count}").Order(StringComparer.Ordinal));
        Assert.Equal(events, reader.Info.Events);
        return (reader.Info, graph);
    }
}
