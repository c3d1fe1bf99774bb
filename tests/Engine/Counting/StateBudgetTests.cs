using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;
using KernelMagnifier.Traces.TraceDat;

namespace KernelMagnifier.Engine.Tests.Counting;

/// <summary>What a recording holds beyond a budget is counted together: no call is lost, and a warning says how many they are.</summary>
public class StateBudgetTests
{
    private const string TextHeader = "# tracer: function\n#\n";

    private const string GraphHeader = """
        # tracer: function_graph
        #
        #     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS
        #      |          |     |    |           |   |                     |   |   |   |

        """;

    private static TraceReader Text(StateBudget budget, int lines, Func<int, string> call, int threads = 1)
        => Open(budget, TextHeader + string.Concat(Enumerable.Range(0, lines).Select(call)), threads);

    private static TraceReader Graph(StateBudget budget, IEnumerable<string> lines)
        => Open(budget, GraphHeader.ReplaceLineEndings("\n") + string.Concat(lines), 1);

    private static TraceReader Open(StateBudget budget, string text, int threads)
        => TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test", new TraceReadOptions { Budget = budget, Threads = threads });

    private static string Call(int i, string task, string function, string caller)
        => $"{task,23}     [000] .....  {Time(i)}: {function} <-{caller}\n";

    private static string Enter(int i, string task, int depth, string function)
        => $"{Time(i)} |   0) {Centred(task)} |               |  {new string(' ', 2 * depth)}{function}() {{\n";

    private static string Leave(int i, string task, int depth)
        => $"{Time(i)} |   0) {Centred(task)} |   1.000 us    |  {new string(' ', 2 * depth)}}}\n";

    private static string Centred(string task) => $"{new string(' ', (14 - task.Length) / 2)}{task}".PadRight(14);

    private static string Time(int i) => string.Create(CultureInfo.InvariantCulture, $"{1 + i / 1_000_000,5}.{i % 1_000_000:000000}");

    private static IReadOnlyList<FunctionCallCount> Counts(TraceReader reader, CallGrouping by)
    {
        using (reader)
        {
            var tally = new CallTally(by);
            reader.Read(tally);
            return tally.Counts(by);
        }
    }

    [Theory, InlineData(1), InlineData(4)]
    public void FunctionsBeyondTheBudgetAreCountedTogether(int threads)
    {
        var reader = Text(new() { Functions = 10 }, 100, i => Call(i, "bash-1", $"f{i}", "caller"), threads);
        var counts = Counts(reader, CallGrouping.Function);

        Assert.Equal(100, counts.Sum(c => c.Calls));
        // The caller is one of the ten.
        Assert.Equal((10, 91), (counts.Count, counts.Single(c => c.Function == "(other functions)").Calls));
        Assert.Equal("the recording has more than 10 functions, more than any kernel: 91 calls of or from further ones are counted "
            + "together, as (other functions)", Assert.Single(reader.Info.Warnings));
    }

    [Fact]
    public void WithinTheBudgetNothingIsCountedTogether()
    {
        var reader = Text(new() { Functions = 101, Tasks = 100, Counts = 100 }, 100, i => Call(i, $"t{i}-{i + 1}", $"f{i}", "caller"));
        Assert.Equal(100, Counts(reader, CallGrouping.Function | CallGrouping.Task).Count);
        Assert.Empty(reader.Info.Warnings);
    }

    [Fact]
    public void TasksBeyondTheBudgetAreCountedTogether()
    {
        var reader = Text(new() { Tasks = 10 }, 100, i => Call(i, $"t{i}-{i + 1}", "f", "caller"));
        var counts = Counts(reader, CallGrouping.Task);

        Assert.Equal((11, 100), (counts.Count, counts.Sum(c => c.Calls)));
        var others = counts.Single(c => c.Comm == "(other tasks)");
        Assert.Equal((90, null), (others.Calls, others.ProcessId));
        Assert.Contains("90 calls of further ones", Assert.Single(reader.Info.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void LongNamesUseTheBudgetUpSooner()
    {
        var reader = Text(new() { NameBytes = 5_000 }, 100, i => Call(i, "bash-1", $"{new string('f', 1000)}{i}", "caller"));
        var counts = Counts(reader, CallGrouping.Function);
        Assert.Equal((5, 100), (counts.Count, counts.Sum(c => c.Calls)));
    }

    [Fact]
    public void ANameIsCut()
    {
        var names = new CallNames();
        var id = names.Function(Encoding.UTF8.GetBytes(new string('n', 10_000_000)));
        Assert.Equal(new string('n', 4096) + "…", names.Functions[id].Name);
        Assert.Equal(id, names.Function(Encoding.UTF8.GetBytes(new string('n', 10_000_000))));
        Assert.Equal(new string('n', 4096), names.Functions[names.Function(new string('n', 4096), null)].Name);
    }

    [Fact]
    public void NoNameOfARecordingIsThatOfTheRemainder()
    {
        var names = new CallNames();
        Assert.Equal("(other functions)'", names.Functions[names.Function("(other functions)"u8)].Name);
        Assert.Equal("(other functions)''", names.Functions[names.Function("(other functions)'", null)].Name);
        Assert.Equal("(other tasks)'", names.Tasks[names.Task("(other tasks)"u8, 1)].Comm);
        Assert.Equal("(other functions)", names.OtherFunctions.Name);
        Assert.Equal("(other tasks)", names.OtherTasks.Comm);
    }

    [Fact]
    public void SpellingsBeyondTheBudgetAreStillRead()
    {
        var reader = Text(new() { Functions = 4 }, 100, i => Call(i, "bash-1", $"f{i % 2}+0x{i:x}/0x90", $"c+0x{i:x}/0x90"));
        var counts = Counts(reader, CallGrouping.Edge);
        Assert.Equal(["f0 50 c", "f1 50 c"], counts.Select(c => $"{c.Function} {c.Calls} {c.Caller}"));
        Assert.Empty(reader.Info.Warnings);
    }

    [Theory, InlineData(1), InlineData(4)]
    public void CountsBeyondTheBudgetAreCountedTogether(int threads)
    {
        var reader = Text(new() { Counts = 20 }, 1000, i => Call(i, "bash-1", $"f{i / 32}", $"c{i % 32}"), threads);
        var counts = Counts(reader, CallGrouping.Edge);

        Assert.Equal(1000, counts.Sum(c => c.Calls));
        // Of the tables of two threads, the remainder can be among the first.
        Assert.InRange(counts.Count, 20, 21);
        var others = counts.Single(c => (c.Function, c.Caller) == ("(other functions)", "(other functions)")).Calls;
        Assert.Equal(1000 - counts.Count + 1, others);
        Assert.Equal($"there are more than 20 different edges: {others} calls of further ones are counted together, as "
            + "(other functions)", Assert.Single(reader.Info.Warnings));
    }

    [Fact]
    public void CombinationsBeyondTheBudgetAreCountedTogether()
    {
        var reader = Text(new() { Counts = 20 }, 1000, i => Call(i, $"t-{1 + i % 7}", $"f{i % 11}", $"c{i % 13}"));
        var counts = Counts(reader, CallGrouping.Function | CallGrouping.Task);
        Assert.Equal(1000, counts.Sum(c => c.Calls));
        Assert.InRange(counts.Count, 20, 21);
        Assert.Equal("(other tasks)", counts.Single(c => c.Function == "(other functions)").Comm);
        Assert.Contains("combinations of function and task", Assert.Single(reader.Info.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void AnEdgeKeepsItsCallsWhenItsStacksAreTooMany()
    {
        var lines = Enumerable.Range(0, 100).SelectMany(i => new[]
        {
            Enter(10 * i, "bash-1", 0, $"f{i}"), Enter(10 * i + 1, "bash-1", 1, "g"), Enter(10 * i + 2, "bash-1", 2, "h"),
            Leave(10 * i + 3, "bash-1", 2), Leave(10 * i + 4, "bash-1", 1), Leave(10 * i + 5, "bash-1", 0),
        });
        using var reader = Graph(new() { Counts = 250, StackCounts = 280 }, lines);
        var tally = new CallTally(true, CallGrouping.Edge);
        reader.Read(tally);
        var edges = tally.ToGraph().Edges;

        Assert.Equal((300, 100), (edges.Sum(e => e.Count), edges.Single(e => (e.Caller, e.Callee) == ("g", "h")).Count));
        Assert.Contains("more than 280 different stacks", Assert.Single(reader.Info.Warnings), StringComparison.Ordinal);
    }

    [Theory, InlineData(false), InlineData(true)]
    public void OpenCallsOfTooManyTasksAreClosed(bool inOrder)
    {
        // Each task leaves a call open.
        using var reader = Graph(new() { OpenTasks = 100 }, Enumerable.Range(0, 1000).Select(i => Enter(i, $"t-{i + 1}", 0, $"f{i % 10}")));
        long calls;
        if (inOrder)
        {
            calls = Reading.Events(reader).Events.Count;
        }
        else
        {
            var tally = new CallTally(CallGrouping.Function);
            reader.Read(tally);
            calls = tally.Calls;
        }
        Assert.Equal(1000, calls);
        Assert.Contains("more calls are open at the same time", Assert.Single(reader.Info.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void TasksWithoutAnOpenCallAreForgottenWithoutAWarning()
    {
        IEnumerable<string> Lines()
        {
            yield return Enter(0, "first-1", 0, "outer");
            for (var i = 1; i < 5000; i++)
            {
                yield return Enter(4 * i, $"t-{i + 1}", 0, "f");
                yield return Leave(4 * i + 1, $"t-{i + 1}", 0);
            }
            yield return Leave(20_001, "first-1", 0);
        }
        using var reader = Graph(new() { OpenTasks = 100 }, Lines());
        var (events, info) = Reading.Events(reader);
        Assert.Equal(5000, events.Count);
        // The call that was open all the time has its duration.
        Assert.All(events, call => Assert.Contains(" 1000 0", call, StringComparison.Ordinal));
        Assert.Empty(info.Warnings);
    }

    [Fact]
    public void EntriesOfTooManyTasksAreClosed()
    {
        var calls = new Closed();
        var pairing = new EntryExitPairing(1, false, null, calls, new() { OpenTasks = 100 });
        for (var pid = 1; pid <= 1000; pid++)
            pairing.Add(new FunctionGraphRecord { Kind = FunctionGraphRecordKind.Entry, Function = 1, Pid = pid, Time = (ulong)pid }, 0, 0);
        Assert.InRange(calls.Open - calls.Count, 1, 101);
        pairing.Finish();
        Assert.Equal((1000, 1000), (calls.Open, calls.Count));
    }

    [Fact]
    public void StacksOfAProfileBeyondTheBudgetAreOneStack()
    {
        using var reader = Text(new() { ProfileStacks = 20 }, 1000, i => Call(i, "bash-1", $"f{i % 100}", $"c{i % 7}"));
        var profile = new StackProfile();
        reader.Read(profile);
        profile.CloseAll();

        Assert.Equal(1000, profile.Nodes.Sum(n => n.Calls));
        Assert.InRange(profile.Nodes.Count, 20, 22);
        var path = new List<int>();
        profile.Path(profile.Nodes.Select((n, i) => (n.Calls, i)).Max().i, path);
        Assert.Equal(["(other tasks)", "(other functions)"], path.Select(f => profile.Frames[f].Name));
        Assert.Contains("more than 20 different stacks", Assert.Single(reader.Info.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void TheRemainderStaysOneWhenNamesAreTranslated()
    {
        var names = new CallNames { Budget = new() { Functions = 1, Tasks = 1 } };
        names.Function("f", null);
        names.Task("t"u8, 1);
        var record = new CallRecord { Function = names.Function("g", null), Task = names.Task("u"u8, 2), Cpu = -1 };
        var to = new TraceContext(new TraceSource(""), new CallNames());
        var call = new NameTranslation(names, to).Translate(new CallEvent(names.Context(), in record));
        Assert.Equal(("(other functions)", "(other tasks)"), (call.Function, call.Comm));
    }

    [Fact]
    public void CallsThatArriveAsObjectsAreWarnedOf()
    {
        var names = new CallNames { Budget = new() { Counts = 20 } };
        var context = names.Context();
        var collector = new CallCollector(CallGrouping.Function | CallGrouping.Caller);
        for (var i = 0; i < 100; i++)
        {
            var call = new CallRecord { Function = names.Function($"f{i}", null), Caller = names.Function("c", null), Cpu = -1 };
            collector.Add(new CallEvent(context, in call));
        }
        Assert.Equal(100, collector.Counts().Sum(c => c.Calls));
        Assert.Equal("there are more than 20 different edges: 80 calls of further ones are counted together, as (other functions)",
            Assert.Single(collector.Warnings));
    }

    [Fact]
    public void NamesOfObjectsWithoutARecordingAreWarnedOf()
    {
        var names = new CallNames { Budget = new() { Functions = 10 }, IsDetached = true };
        var context = names.Context();
        var collector = new CallCollector(CallGrouping.Function);
        for (var i = 0; i < 100; i++)
        {
            var call = new CallRecord { Function = names.Function($"f{i}", null, []), Cpu = -1 };
            collector.Add(new CallEvent(context, in call));
        }
        Assert.Equal((11, 100), (collector.Counts().Count, collector.Counts().Sum(c => c.Calls)));
        Assert.Contains("90 calls of or from further ones", Assert.Single(collector.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void CallsOfAWholeReadingAreWarnedOfByTheReading()
    {
        using var reader = Text(new() { Counts = 20 }, 100, i => Call(i, "bash-1", $"f{i}", "c"));
        var collector = new CallCollector(CallGrouping.Function);
        var tally = collector.NewTally();
        reader.Read(tally);
        collector.Add(tally);
        Assert.Single(reader.Info.Warnings);
        Assert.Empty(collector.Warnings);
    }

    [Fact]
    public void CandidatesForTheSourceUseTheBudgetOfNamesUp()
    {
        var map = new SymbolMap("test", Enumerable.Range(0, 100).Select(i => new SymbolSource("f", new SourceLocation($"a/b{i}.c", i))));
        var names = new CallNames(map) { Budget = new() { NameBytes = 10_000 } };
        // Each is another function, with a hundred candidates.
        for (var i = 0; i < 100; i++) names.Function($"f.isra.{i}", null);
        Assert.Equal(6, names.Functions.Count);
        Assert.True(names.Functions[^1].IsOthers);
        Assert.Same(names.Functions[1].SourceFile, names.Functions[1].SourceFile);
    }

    private sealed class Closed : ICallHolder
    {
        public int Open { get; private set; }

        public int Count { get; private set; }

        long ICallHolder.Open(in CallRecord call) => Open++;

        public void Close(long call, long duration, long selfDuration) => Count++;
    }
}
