using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Recording;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.FtraceText;

/// <summary>
/// function_graph text. Every call of every recording is compared with <see cref="GraphTextReference"/>. The counts of the
/// reference at the time of writing are stored next to the recordings (<c>expected.csv</c>), so that a change of both readers
/// does not go unnoticed.
/// </summary>
public sealed class GraphTextTests
{
    private static string Excerpts => SharedData.Local("graph");

    public static TheoryData<string> LocalFiles
        => [.. Directory.GetFiles(Excerpts, "*.zst").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];

    public static TheoryData<string> SharedFiles => SharedData.Folder is null ? ["none"]
        : [.. new[] { "graph", "text7", "perf" }
            .SelectMany(d => Directory.GetFiles(SharedData.Shared(d), "*.zst").Select(f => $"{d}/{Path.GetFileName(f)}"))
            .Where(f => (f.StartsWith("graph/", StringComparison.Ordinal) || f.Contains("fg-") || f.Contains("ftrace-graph"))
            && !f.Contains("medium")).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(LocalFiles))]
    public void EveryCallOfAnExcerptMatchesTheReference(string name) => CompareWithReference(Path.Combine(Excerpts, name));

    [SharedDataTheory]
    [MemberData(nameof(SharedFiles))]
    public void EveryCallOfARecordingMatchesTheReference(string name) => CompareWithReference(SharedData.Shared(name));

    [Theory]
    [MemberData(nameof(LocalFiles))]
    public void CountsOfExcerptsMatchTheStoredOnes(string name)
        => Assert.Equal(Stored("expected.csv", name, Path.Combine(Excerpts, name)), Summary(Path.Combine(Excerpts, name)));

    [SharedDataTheory]
    [MemberData(nameof(SharedFiles))]
    public void CountsOfRecordingsMatchTheStoredOnes(string name)
        => Assert.Equal(Stored("expected-shared.csv", name, SharedData.Shared(name)), Summary(SharedData.Shared(name)));

    [SharedDataFact]
    public void CountsOfTheLargeRecordingMatchTheStoredOnes()
    {
        const string Name = "graph/fg-medium-proc-abstime.txt.zst";
        Assert.Equal(Stored("expected-shared.csv", Name, SharedData.Shared(Name)), Summary(SharedData.Shared(Name)));
    }

    [Theory]
    [InlineData("fg-proc-abstime-tail.txt.zst")]
    [InlineData("fg-default.txt.zst")]
    [InlineData("k6.12-fg-oddcomm-proc.txt.zst")]
    [InlineData("k6.12-fg-oddcomm.txt.zst")]
    [InlineData("fg-pipe-live.txt.zst")]
    [InlineData("k7.3-fg-marker.txt.zst")]
    public void BlockBoundariesDoNotChangeTheCalls(string name)
    {
        var text = TestRecording.Bytes(Path.Combine(Excerpts, name));
        var whole = Edges(text, 1);
        var random = new Random(7);
        for (var round = 0; round < 30; round++)
        {
            var columns = FunctionGraphLayout.Detect(text, out _, out _);
            foreach (var ordered in new[] { false, true })
            {
                var names = new CallNames();
                CallSink sink = ordered ? new OrderedCalls() : new AnyCalls();
                var dispatch = new CallDispatch(
                    sink, null, null, names.Context(), new TraceReadOptions { Threads = 1 + (round % 3) }, default);
                var nesting = new FunctionGraphNesting(dispatch, names, columns, new TraceStatistics());
                OrderedBlocks.Run(
                    new RandomBlocks(text, random, round % 2 == 0 ? 300 : 4000),
                    () => new FunctionGraphTokenizer(columns, names), (FunctionGraphTokens t) => nesting.Take(t), dispatch);
                nesting.End();
                Assert.Equal(whole, Edges(ordered ? ((OrderedCalls)sink).Calls : ((AnyCalls)sink).Calls, names));
            }
        }
    }

    [Theory]
    [InlineData("fg-proc-abstime-tail.txt.zst")]
    [InlineData("fg-pipe-live.txt.zst")]
    public void EveryKindOfInputGivesTheSameEdges(string name)
    {
        // Several blocks, so that several threads have work.
        var once = TestRecording.Bytes(Path.Combine(Excerpts, name));
        var text = Enumerable.Repeat(once, 3_000_000 / once.Length).SelectMany(b => b).ToArray();
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-graph-").FullName, "trace.txt");
        File.WriteAllBytes(path, text);
        var expected = Edges(text, 1);
        Assert.Equal(expected, Edges(text, 4));
        Assert.Equal(expected, Edges(TestRecording.Gzip(text), 2));
        foreach (var threads in new[] { 1, 2, 5 })
        {
            using var reader = TraceFile.Open(path, new TraceReadOptions { Threads = threads });
            Assert.Equal(expected, Edges(reader));
        }
        using var trickle = TraceFile.Open(
            new TricklingStream(text, new Random(3), 100_000), "pipe", new TraceReadOptions { Threads = 2 });
        Assert.Equal(expected, Edges(trickle));
        using var ordered = TraceFile.Open(path);
        var calls = new OrderedCalls();
        ordered.Read(calls);
        Assert.Equal(expected, Edges(calls.Calls, ordered.Names));
        File.Delete(path);
    }

    [Fact]
    public void NestingGivesCallerDepthAndTimes()
    {
        var calls = Read("""
            # tracer: function_graph
            #
            # CPU  DURATION                  FUNCTION CALLS
            # |     |   |                     |   |   |   |
             0)               |  a() {
             0)   1.500 us    |    b();
             0)               |    c [ext4]() {
             0)   0.250 us    |      d();
             0)   2.000 us    |    }
             0) # 1234.567 us |  }
            """);
        Assert.Equal(
            ["a <-  0 1234567 1231067", "b <- a 1 1500 1500", "c [ext4] <- a 1 2000 1750", "d <- c [ext4] 2 250 250"],
            calls.Select(Text));
    }

    [Theory]
    [InlineData(" 0)   0.123 us    |  f();", 123)]
    [InlineData(" 0) + 10.123 us   |  f();", 10_123)]
    [InlineData(" 0) # 1234.567 us |  f();", 1_234_567)]
    [InlineData(" 0) * 12345.67 us |  f();", 12_345_670)]
    [InlineData(" 0) @ 123456.7 us |  f();", 123_456_700)]
    [InlineData(" 0) $ 1234567 us  |  f();", 1_234_567_000)]
    [InlineData(" 0) $ 12345678 us |  f();", 12_345_678_000)]
    [InlineData(" 0) $ 1234567890 us |  f();", 1_234_567_890_000)]
    public void LongDurationsHaveFewerDecimals(string line, long nanoseconds)
        => Assert.Equal(nanoseconds, Assert.Single(Read($"# tracer: function_graph\n{line}\n")).Record.Duration);

    [Fact]
    public void CallsWithoutAnOuterEntryHaveNoCaller()
    {
        var calls = Read("""
            # tracer: function_graph
             1)   0.100 us    |        x();
             1)   5.000 us    |      } /* y */
             1)   0.200 us    |      z();
             1)               |      w() {
             1)   0.300 us    |        v();
            """);
        Assert.Equal(["x <-  3 100 100", "z <-  2 200 200", "w <-  2 -1 -1", "v <- w 3 300 300"], calls.Select(Text));
    }

    [Fact]
    public void AReturnOfAnotherFunctionGivesNoDuration()
    {
        var calls = Read("""
            # tracer: function_graph
             1)               |  a() {
             1)               |    b() {
             1)   5.000 us    |    } /* other */
             1)   9.000 us    |  } /* a */
            """);
        // The self duration of a is not known, because the duration of b is not known.
        Assert.Equal(["a <-  0 9000 -1", "b <- a 1 -1 -1"], calls.Select(Text));
    }

    [Fact]
    public void EveryTaskHasItsOwnStack()
    {
        var calls = Read("""
            # tracer: function_graph
            #
            # CPU  DURATION                  FUNCTION CALLS
             0)               |  sleep() {
             0)               |    schedule() {
             ------------------------------------------
             0)    first-12    =>   other-345   
             ------------------------------------------

             0)   1.000 us    |  work();
             ------------------------------------------
             0)   other-345    =>    <idle>-0   
             ------------------------------------------

             0)   2.000 us    |  halt();
             1)               |  spin() {
             ------------------------------------------
             1)    third-9     =>    first-12   
             ------------------------------------------

             1)   3.000 us    |      switch_in();
             1)   8.000 us    |    }
             1)   9.000 us    |  }
            """);
        Assert.Equal(
            ["sleep <-  0 9000 1000", "schedule <- sleep 1 8000 5000", "work <-  0 1000 1000", "halt <-  0 2000 2000", "spin <-  0 -1 -1", "switch_in <- schedule 2 3000 3000"],
            calls.Select(Text));
        Assert.Equal([345, 0, null, 12], calls.Skip(2).Select(c => c.ProcessId));
    }

    [Fact]
    public void LostEventsCloseAllOpenCallsOfTheirCpu()
    {
        var calls = Read("""
            # tracer: function_graph
            # CPU  DURATION                  FUNCTION CALLS
             0)               |  a() {
             0)               |    b() {
             1)               |  p() {
            CPU:0 [LOST 12 EVENTS]
             0)   1.000 us    |      c();
             0)   2.000 us    |    } /* b */
             1)   1.000 us    |    q();
            CPU:1 [LOST EVENTS]
             1)   1.000 us    |    r();
            """, out var info);
        Assert.Equal(["a <-  0 -1 -1", "b <- a 1 -1 -1", "p <-  0 -1 -1", "c <-  2 1000 1000", "q <- p 1 1000 1000", "r <-  1 1000 1000"], calls.Select(Text));
        Assert.Equal(12, info.LostEvents);
        Assert.Contains(info.Warnings, w => w.Contains("does not contain their number"));
        Assert.Equal(0, info.NotParsed);
    }

    [Fact]
    public void TheReturnAddressIsTheCallerIfNestingHasNone()
    {
        var calls = Read("""
            # tracer: function_graph
            # CPU  DURATION                  FUNCTION CALLS
             0)   0.961 us    |    mutex_unlock(); /* <-exit_mm_release+0x16/0x30 ret=0x0 */
             0)               |  open(a=1, b=0xff110000, c=(union)[0x1:0x2], d=2 [HRTIMER_NORESTART]) { /* <-ext4_fill+0x1/0x2 [ext4] */
             0)   0.961 us    |    leaf(x="()", y=-1); /* <-elsewhere+0x16/0x30 ret=-22 */
             0)   3.000 us    |  } /* open ret=0xffffffff */
            """);
        Assert.Equal(["mutex_unlock <- exit_mm_release 1 961 961", "open <- ext4_fill [ext4] 0 3000 2039", "leaf <- open 1 961 961"], calls.Select(Text));
    }

    [Fact]
    public void TheContextComesFromInterruptMarksOrFlags()
    {
        var marks = Read("""
            # tracer: function_graph
            # CPU  DURATION                  FUNCTION CALLS
             0)               |  work() {
             0)   ==========> |
             0)               |    smp_irq() {
             0)   1.000 us    |      handle();
             0)   2.000 us    |    }
             0)   <========== |
             0)   1.000 us    |    go_on();
             0)   9.000 us    |  }
            """);
        Assert.Equal([ExecutionContext.Unknown, ExecutionContext.HardIrq, ExecutionContext.HardIrq, ExecutionContext.Unknown],
            marks.Select(c => c.Record.Context));
        var flags = Read("""
            # tracer: function_graph
             0)  ..... |   1.000 us    |  a();
             0)  d.s1. |   1.000 us    |  b();
             0)  dNh2. |   1.000 us    |  c();
             0)  d.H2. |   1.000 us    |  d();
             0)  d.Z2. |   1.000 us    |  e();
             0)  d..3 |   1.000 us    |  f();
            """);
        Assert.Equal(
            [ExecutionContext.Task, ExecutionContext.SoftIrq, ExecutionContext.HardIrq, ExecutionContext.HardIrq,
                ExecutionContext.Nmi, ExecutionContext.Task],
            flags.Select(c => c.Record.Context));
    }

    [Theory]
    [InlineData("a|b|c", 12)]
    [InlineData("x) y | ", 4_194_304)]
    [InlineData("1: 2", 7)]
    [InlineData("-", 1)]
    [InlineData("- 7", 123456)]
    [InlineData("", 5)]
    [InlineData("# comme", 99)]
    [InlineData("nl\nhere", 600)]
    [InlineData("tab\th", 601)]
    [InlineData("CPU:1 [", 602)]
    [InlineData("=====>", 603)]
    [InlineData("}", 604)]
    public void ACommCanContainAnyByte(string comm, int pid)
    {
        var field = $"{comm}-{pid}";
        var spaces = Math.Max(0, 14 - field.Length);
        field = new string(' ', spaces / 2) + field + new string(' ', spaces - (spaces / 2));
        foreach (var prefix in new[] { "    1.000001 |   3) ", " 3) ", "" })
        {
            // The lines before and after it determine the columns.
            var plain = $"{prefix}   <idle>-0    |   1.000 us    |  g();\n";
            var calls = Read($"# tracer: function_graph\n{plain}{prefix}{field} |               |  f() {{\n{prefix}{field} |   1.000 us    |  }}\n{plain}");
            Assert.Equal(["g", "f", "g"], calls.Select(c => c.Function));
            Assert.Equal((comm, pid), (calls[1].Task.Comm, calls[1].ProcessId));
            Assert.Equal(1000, calls[1].Record.Duration);
        }
        Assert.Equal((comm, pid),
            Read($"# tracer: function_graph\n 0)   1.0 us    |  f();\n ------------------------------------------\n 0)    <idle>-0    => {field}\n ------------------------------------------\n\n 0)   1.0 us    |  f();\n")
            is [_, var after] ? (after.Task.Comm, after.ProcessId) : default);
    }

    [Fact]
    public void TextOfAnEventCanContainNewlines()
    {
        var calls = Read("""
            # tracer: function_graph
            # CPU  DURATION                  FUNCTION CALLS
             0)               |  /* first line
            second, no call at all
            third */
             0)   1.000 us    |  f();
            what is this */
             0)               |  /* sys_write(fd: 3, buf: 1) */
             0)               |  /* sys_write -> 0x5 */
             0)               |  /* note } /* x */ */
            """, out var info);
        Assert.Equal("f", Assert.Single(calls).Function);
        Assert.Equal(1, info.NotParsed);
        Assert.Equal("not a function_graph line", Assert.Single(info.NotParsedKinds).Key);
        Assert.Equal((2, 1, 1),
            (info.EventKinds["print"], info.EventKinds["sys_enter_write"], info.EventKinds["sys_exit_write"]));
    }

    [Theory]
    [InlineData(" 0)   1.000 us    |  f()")]
    [InlineData(" 0)   1.000 us    |  f() ")]
    [InlineData(" 0)   1.000 us    |   f();")]
    [InlineData(" 0)   1.000 us    |  two words();")]
    [InlineData(" 0)   1.000 us    |  ();")]
    [InlineData(" 0)               |  f();")]
    [InlineData(" 0)               |  }")]
    [InlineData(" 0)   1.0x0 us    |  f();")]
    [InlineData(" 0)   99999999999999999999 us |  f();")]
    [InlineData(" 999999) 1.000 us    |  f();")]
    [InlineData("[LINE TOO BIG]")]
    [InlineData("\0\0\0")]
    public void LinesThatCannotBeParsedAreCounted(string line)
    {
        var calls = Read($"# tracer: function_graph\n# CPU  DURATION                  FUNCTION CALLS\n 0)   1.000 us    |  g();\n{line}\n 0)   1.000 us    |  h();\n", out var info);
        Assert.Equal(["g", "h"], calls.Select(c => c.Function));
        Assert.Equal(1, info.NotParsed);
        Assert.Equal(line, Assert.Single(info.NotParsedSamples));
    }

    [Fact]
    public void ExcessiveIndentationIsNotParsed()
    {
        var line = $" 0)   1.000 us    |  {new string(' ', 900_000)}f();\n";
        var calls = Read($"# tracer: function_graph\n 0)   1.000 us    |  g();\n{line}{line}", out var info);
        Assert.Equal("g", Assert.Single(calls).Function);
        Assert.Equal(2, info.NotParsed);
    }

    [Fact]
    public void LinesCanEndInCarriageReturns()
        => Assert.Equal(["a <-  0 3000 2000", "b <- a 1 1000 1000"],
        Read("# tracer: function_graph\r\n 0)               |  a() {\r\n 0)   1.000 us    |    b();\r\n 0)   3.000 us    |  }\r\n").Select(Text));

    [Fact]
    public void ColumnsCanChangeWithinTheText()
        => Assert.Equal(["a <-  0 3000 2000", "b <- a 1 1000 1000"],
            Read("# tracer: function_graph\n# CPU  DURATION                  FUNCTION CALLS\n 0)               |  a() {\n 0)   1.000 us    |    b();\n    1.000002 |   0)   3.000 us    |  }\n").Select(Text));

    [Fact]
    public void ARecordingThatIsCutGivesTheCallsBeforeTheCut()
    {
        var text = TestRecording.Bytes(Path.Combine(Excerpts, "fg-proc-abstime-tail.txt.zst"));
        var whole = Read(text, out _).Select(c => c.Function).ToList();
        var random = new Random(11);
        for (var round = 0; round < 100; round++)
        {
            var calls = Read(text[..random.Next(200, text.Length)], out _);
            Assert.Equal(whole.Take(calls.Count), calls.Select(c => c.Function));
        }
    }

    [Fact]
    public void DamageNeverThrows()
    {
        var text = TestRecording.Bytes(Path.Combine(Excerpts, "k7.3-fg-args-retaddr.txt.zst"));
        var random = new Random(5);
        for (var round = 0; round < 300; round++)
        {
            var damaged = text.ToArray();
            for (var i = random.Next(1, 40); i > 0; i--) damaged[random.Next(30, damaged.Length)] = (byte)random.Next(256);
            var calls = Read(damaged, out var info);
            Assert.Equal(calls.Count, info.Calls);
        }
    }

    [Theory]
    [InlineData("# tracer: function\n#\n   bash-1  [000] d..1  1.000001: f <-g\n")]
    [InlineData("int main(void)\n{\n  foo();\n}\n")]
    [InlineData("function f() {\n  g();\n}\nf();\ng();\nh();\n")]
    [InlineData("   bash-1     [000] d..1.    1.000001: f <-g\n   bash-1     [000] d..1.    1.000001: f <-g\n")]
    public void OtherTextIsNotRecognized(string text)
        => Assert.False(FunctionGraphTextReader.Recognizes(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void SeveralCpusWithoutACpuColumnGiveAWarning()
    {
        static string To(int cpu)
            => $" ------------------------------------------\n {cpu})    <idle>-0    =>    first-12   \n ------------------------------------------\n\n";
        var line = "  1.000 us    |  f();\n";
        _ = Read($"# tracer: function_graph\n#  DURATION                  FUNCTION CALLS\n{line}{To(0)}{line}{To(0)}{line}",
            out var one);
        Assert.Empty(one.Warnings);
        _ = Read($"# tracer: function_graph\n#  DURATION                  FUNCTION CALLS\n{line}{To(0)}{line}{To(1)}{line}",
            out var info);
        Assert.Contains(info.Warnings, w => w.Contains("nofuncgraph-cpu"));
    }

    private static string Text(CallEvent call)
        => $"{call.FunctionSymbol} <- {call.Names.Functions[call.Record.Caller]} {call.Depth} {call.Record.Duration} {call.Record.SelfDuration}";

    private static List<CallEvent> Read(string text) => Read(text, out _);

    private static List<CallEvent> Read(string text, out TraceInfo info) => Read(Encoding.UTF8.GetBytes(text), out info);

    private static List<CallEvent> Read(byte[] text, out TraceInfo info)
    {
        using var reader = TraceFile.Open(new MemoryStream(text), "test");
        var calls = new OrderedCalls();
        reader.Read(calls);
        info = reader.Info;
        return calls.Calls.ConvertAll(c => new CallEvent(reader.Names.Context(), c));
    }

    private static List<string> Edges(byte[] text, int threads)
    {
        using var reader = TraceFile.Open(new MemoryStream(text), "test", new TraceReadOptions { Threads = threads });
        return Edges(reader);
    }

    private static List<string> Edges(TraceReader reader)
    {
        var tally = new CallTally(CallGrouping.Edge);
        reader.Read(tally);
        return [.. tally.ToGraph().Edges
            .Select(e => $"{e.CallerSymbol} -> {e.CalleeSymbol} {e.Count} {e.TotalNanoseconds} {e.SelfNanoseconds}")
            .Order(StringComparer.Ordinal)];
    }

    private static List<string> Edges(List<CallRecord> calls, CallNames names)
    {
        var tally = new CallTally(CallGrouping.Edge);
        tally.Begin(names.Context());
        tally.Accept(calls.ToArray());
        return [.. tally.ToGraph().Edges
            .Select(e => $"{e.CallerSymbol} -> {e.CalleeSymbol} {e.Count} {e.TotalNanoseconds} {e.SelfNanoseconds}")
            .Order(StringComparer.Ordinal)];
    }

    private static GraphTextReference Reference(byte[] text, string path)
        => new(text, path.Contains("pipe-live") ? path.Contains("proc") ? "cpd" : "cd" : null);

    private static void CompareWithReference(string path)
    {
        var text = TestRecording.Bytes(path);
        var reference = Reference(text, path);
        using var reader = TraceFile.Open(path);
        Assert.Equal("function_graph text", reader.Source.Format);
        var ordered = new OrderedCalls();
        reader.Read(ordered);
        // The reference decodes text as Latin-1, the engine as UTF-8.
        foreach (var call in reference.Calls) call.Comm = Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(call.Comm));
        var expected = reference.Calls.ConvertAll(c => c.ToString());
        var actual = ordered.Calls.ConvertAll(c => Line(c, reader.Names));
        for (var i = 0; i < Math.Min(expected.Count, actual.Count); i++) Assert.Equal($"{i}: {expected[i]}", $"{i}: {actual[i]}");
        Assert.Equal(expected.Count, actual.Count);
        Assert.Equal(expected.Count, reader.Info.Calls);
        Assert.Equal(reference.Lost, reader.Info.LostEvents);
        Assert.Equal(reference.NotParsed.Count, reader.Info.NotParsed);
        Assert.Equal(reference.Events.OrderBy(e => e.Key).Select(e => $"{e.Key} {e.Value}"),
            reader.Info.EventKinds.Where(e => e.Key != "funcgraph_entry").OrderBy(e => e.Key).Select(e => $"{e.Key} {e.Value}"));
        using var again = TraceFile.Open(path);
        var any = new AnyCalls();
        again.Read(any);
        Assert.Equal(actual.Order(StringComparer.Ordinal),
            any.Calls.ConvertAll(c => Line(c, again.Names)).Order(StringComparer.Ordinal));
    }

    /// <summary>A call in the format of the reference.</summary>
    private static string Line(CallRecord call, CallNames names)
    {
        var task = names.Tasks[call.Task];
        var caller = call.Caller == 0 ? "" : names.Functions[call.Caller].ToString();
        return new GraphTextReference.Call
        {
            Time = call.Time, Cpu = call.Cpu, Comm = task.Comm, Pid = task.ProcessId, Context = call.Context.ToString(),
            Depth = call.Depth,
            Function = names.Functions[call.Function].ToString(), Caller = caller, Duration = call.Duration,
            Self = call.SelfDuration,
        }.ToString();
    }

    private static string Summary(string path)
    {
        using var reader = TraceFile.Open(path);
        var tally = new CallTally(CallGrouping.Edge);
        reader.Read(tally);
        var edges = tally.ToGraph().Edges;
        return string.Join(
            ',', reader.Info.Calls, edges.Count, edges.Where(e => e.Caller is null).Sum(e => e.Count),
            reader.Info.LostEvents, reader.Info.Events, reader.Info.NotParsed,
            edges.Sum(e => Math.Max(0, e.TotalNanoseconds)), edges.Sum(e => Math.Max(0, e.SelfNanoseconds)));
    }

    /// <summary>The stored counts of the reference. KM_UPDATE_EXPECTED=1 writes them again.</summary>
    private static string Stored(string file, string name, string path)
    {
        var expectations = SharedData.Local(Path.Combine("graph", file));
        if (Environment.GetEnvironmentVariable("KM_UPDATE_EXPECTED") == "1")
        {
            var r = Reference(TestRecording.Bytes(path), path);
            var row = string.Join(
                ',', name, r.Calls.Count, r.Calls.Select(c => (c.Caller, c.Function)).Distinct().Count(),
                r.Calls.Count(c => c.Caller.Length == 0), r.Lost, r.Events.Values.Sum(), r.NotParsed.Count,
                r.Calls.Sum(c => Math.Max(0, c.Duration)), r.Calls.Sum(c => Math.Max(0, c.Self)));
            File.AppendAllText(expectations, row + "\n");
        }
        return File.ReadLines(expectations).Last(l => l.StartsWith(name + ",", StringComparison.Ordinal))[(name.Length + 1)..];
    }
}
