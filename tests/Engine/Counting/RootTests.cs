using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Trees;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Counting;

/// <summary>What runs below a function: by the stacks of a recording with returns, in every form of selection.</summary>
public sealed class RootTests
{
    // Two tasks on two CPUs, an interrupt inside a call, recursion, a loss inside a call, and a function called below two others.
    private const string Text = """
        # tracer: function_graph
        #
        #     TIME        CPU  TASK/PID         DURATION                  FUNCTION CALLS
        #      |          |     |    |           |   |                     |   |   |   |
          100.000001 |   0)  writer-41   |               |  sys_write() {
          100.000002 |   0)  writer-41   |               |    vfs_write() {
          100.000003 |   0)  writer-41   |   0.100 us    |      lock();
          100.000004 |   1)  reader-42   |               |  sys_read() {
          100.000005 |   0)  writer-41   |   ==========> |
          100.000006 |   0)  writer-41   |               |      do_irq() {
          100.000007 |   1)  reader-42   |   0.100 us    |    lock();
          100.000008 |   0)  writer-41   |   0.200 us    |        ack();
          100.000009 |   0)  writer-41   |   1.000 us    |      }
          100.000010 |   0)  writer-41   |   <========== |
          100.000011 |   0)  writer-41   |               |      vfs_write() {
          100.000012 |   0)  writer-41   |   0.300 us    |        lock();
          100.000013 |   0)  writer-41   |   1.000 us    |      }
          100.000014 |   0)  writer-41   |   9.000 us    |    }
          100.000015 |   0)  writer-41   |   9.500 us    |  }
          100.000016 |   1)  reader-42   |               |    vfs_read() {
        CPU:1 [LOST 7 EVENTS]
          100.000020 |   1)  reader-42   |   0.100 us    |      lock();
          100.000021 |   1)  reader-42   |   5.000 us    |    }
          100.000022 |   1)  reader-42   |   9.000 us    |  }
          100.000023 |   1)  reader-42   |   0.100 us    |  lock();

        """;

    [Theory]
    [InlineData("sys_write", null, "ack do_irq lock lock sys_write vfs_write vfs_write")]
    [InlineData("sys_write", 0, "sys_write")]
    [InlineData("sys_write", 1, "sys_write vfs_write")]
    [InlineData("sys_write", 2, "do_irq lock sys_write vfs_write vfs_write")]
    [InlineData("vfs_write", 1, "do_irq lock lock vfs_write vfs_write")]
    [InlineData("sys_read", null, "lock sys_read vfs_read")]
    [InlineData("vfs_read", null, "vfs_read")]
    [InlineData("sys_*", 1, "lock sys_read sys_write vfs_read vfs_write")]
    [InlineData("lock", null, "lock lock lock lock lock")]
    [InlineData("nothing", null, "")]
    public void EveryFormSelectsTheCallsOnTheStack(string root, int? depth, string expected)
    {
        var filter = new CallFilter { Root = [root], Depth = depth };
        var calls = Read(filter);
        Assert.Equal(expected, string.Join(" ", calls.Select(c => c.Function).Order(StringComparer.Ordinal)));
        var edges = Lines(calls);
        Assert.Equal(edges, Lines(Graph(Open(), filter).Edges));

        var (events, of) = (new CallSelector(filter), new CallSelector(filter));
        Assert.Equal(edges, Lines([.. Read(null).Select(events.Select).OfType<CallEvent>()]));
        Assert.Empty(events.HeldEvents());
        Assert.Equal(edges, Lines([.. Graph(Open(), null).Edges.Select(of.Select).OfType<CallEdge>()]));
        Assert.Empty(of.HeldEdges());
    }

    [Fact]
    public void CallsOfInterruptsKeepTheirContext()
    {
        var task = Read(new CallFilter { Root = ["sys_write"], ExcludeContext = [ExecutionContext.HardIrq] });
        Assert.Equal("sys_write vfs_write lock vfs_write lock", string.Join(" ", task.Select(c => c.Function)));
    }

    [Fact]
    public void CallsAfterALossAreCountedAsNotPlaced()
    {
        using var reader = Open();
        var info = reader.Read(new CallTally());
        Assert.Equal((CallNesting.Stack, 1L, 7L), (info.NestedBy, info.NotPlaced, info.LostEvents));
        Assert.All(Read(null), call => Assert.Equal("Stack", call.Nesting));
    }

    [Fact]
    public void AMinimumCountAppliesToTheCallsBelowTheRoot()
    {
        var filter = new CallFilter { Root = ["sys_*"], MinCount = 2 };
        Assert.Equal(["vfs_write lock 2"], Lines(Graph(Open(), filter).Edges));
        Assert.Equal(["vfs_write lock 2"], Lines(Read(filter)));
        var selector = new CallSelector(filter);
        foreach (var call in Read(null)) Assert.Null(selector.Select(call));
        Assert.Equal(["vfs_write lock 2"], Lines([.. selector.HeldEvents()]));
    }

    [Fact]
    public void NamesOfALaterSymbolMapKeepTheStacks()
    {
        var filter = new CallFilter { Root = ["sys_write"] };
        var selector = new CallSelector(filter, new NoSources());
        Assert.Equal(Lines(Read(filter)), Lines([.. Read(null).Select(selector.Select).OfType<CallEvent>()]));
    }

    [Fact]
    public void ATreeShowsEachCallWhereItRan()
    {
        var tree = new CallTree(Graph(Open(), null), new CallTreeOptions { Charset = TreeCharset.Ascii });
        Assert.Equal(
        [
            "Calls  Total us              Callees (1 call of unknown stack not placed)",
            "    1       9.5  #####       sys_write",
            "    1       9.0  #####       `- vfs_write",
            "    1       1.0  #####          |- do_irq",
            "    1       0.2  #####          |  `- ack",
            "    1       0.1  #####          |- lock",
            "    1       1.0  #####          `- vfs_write",
            "    1       0.3  #####             `- lock",
        ], tree.Lines(tree.Find("sys_write")[0]).Select(line => line.Replace("##########", "#####     ", StringComparison.Ordinal)));

        tree = new CallTree(Graph(Open(), null), new CallTreeOptions { Charset = TreeCharset.Ascii, Direction = TreeDirection.Callers });
        Assert.Equal(
        [
            "Calls  Total us              Callers",
            "    5       0.7  ##########  lock",
            "    2       0.4  ####        |- vfs_write",
            "    1       0.1  ##          |  |- sys_write",
            "    1       0.3  ##          |  `- vfs_write",
            "    1       0.3  ##          |     `- sys_write",
            "    1       0.1  ##          |- (not recorded)",
            "    1       0.1  ##          `- sys_read",
        ], tree.Lines(tree.Find("lock")[0]));
    }

    [Fact]
    public void WithoutReturnsTheCallersDecideAndTheTreeSaysSo()
    {
        using var reader = Open("""
            # tracer: function
            #
               t-1     [000] d..1.   10.000001: a <-main
               t-1     [000] d..1.   10.000002: c <-a
               t-1     [000] d..1.   10.000003: c <-b

            """);
        var graph = Graph(reader, new CallFilter { Root = ["a"] });
        Assert.Equal(["a c 1"], Lines(graph.Edges));
        Assert.Equal(1, (graph.Edges[0].Origin as FilteredContext)?.RootCalls?[("a", null)]);
        Assert.Equal((CallNesting.Caller, null), (reader.Info.NestedBy, reader.Info.NotPlaced));
        Assert.Equal("Caller", graph.Edges[0].Nesting);
        var tree = new CallTree(graph, new CallTreeOptions());
        Assert.EndsWith("Callees, by caller links", tree.Lines(tree.Find("a")[0]).First(), StringComparison.Ordinal);
    }

    /// <summary>The numbers of an independent program, which reads the raw fields that <c>trace-cmd report -R</c> prints.</summary>
    [SharedDataTheory]
    [InlineData("fg-small.dat", "__x64_sys_fsync", null, 4697)]
    [InlineData("fg-small.dat", "__x64_sys_fsync", 2, 75)]
    [InlineData("fg-small.dat", "__x64_sys_write", null, 31189)]
    [InlineData("fg-small.dat", "vfs_write", 2, 3150)]
    [InlineData("fg-small.dat", "schedule", null, 52684)]
    [InlineData("fg-small.dat", "do_idle", 2, 5895)]
    [InlineData("fg-depth3.dat", "__x64_sys_write", null, 1202)]
    [InlineData("fg-depth3.dat", "ksys_read", null, 641)]
    [InlineData("fg-v6.dat.zst", "__x64_sys_fsync", null, 3386)]
    [InlineData("fg-v6.dat.zst", "schedule", 2, 22439)]
    public void RecordingsHaveTheCallsOfTheRawReport(string file, string root, int? depth, long calls)
    {
        using var reader = TraceFile.Open(SharedData.Shared($"dat/{file}"));
        var tally = new CallTally();
        reader.Read(tally, new CallFilter { Root = [root], Depth = depth });
        Assert.Equal(calls, tally.Calls);
    }

    [SharedDataTheory]
    [InlineData("fg-small.dat")]
    [InlineData("fg-v6.dat.zst")]
    public void TheProfileHasTheSameStacks(string file)
    {
        var path = Path.Combine(Directory.CreateTempSubdirectory("km-test-").FullName, "all.folded");
        using var reader = TraceFile.Open(SharedData.Shared($"dat/{file}"));
        using (var writer = ProfileWriter.Create(path, null, ProfileWeight.Calls, force: false))
        {
            reader.Read(writer);
            writer.Commit();
        }
        var below = new Dictionary<string, long>();
        foreach (var line in File.ReadLines(path))
        {
            var space = line.LastIndexOf(' ');
            foreach (var function in line[..space].Split(';').Skip(1).Select(f => f.Split(' ')[0]).Distinct())
                below[function] = below.GetValueOrDefault(function) + long.Parse(line[(space + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        }
        foreach (var root in (string[])["__x64_sys_fsync", "vfs_write", "schedule", "ksys_read", "__fdget", "ext4_sync_file"])
        {
            var tally = new CallTally();
            reader.Read(tally, new CallFilter { Root = [root] });
            Assert.Equal((root, below.GetValueOrDefault(root)), (root, tally.Calls));
        }
    }

    private static TraceReader Open(string text = Text) => TraceFile.Open(new MemoryStream(Encoding.UTF8.GetBytes(text)), "test");

    private static CallGraph Graph(TraceReader reader, CallFilter? filter) => reader.ReadGraph(new CallTally(byStack: true, CallGrouping.Edge), filter);

    private static List<CallEvent> Read(CallFilter? filter)
    {
        using var reader = Open();
        var calls = new OrderedCalls();
        reader.Read(calls, filter);
        return [.. calls.Calls.Select(record => new CallEvent(calls.Names.Context(), record))];
    }

    private static List<string> Lines(IReadOnlyCollection<CallEvent> calls)
    {
        var collector = new CallCollector(CallGrouping.Edge);
        foreach (var call in calls) collector.Add(call);
        return Lines(collector.ToGraph().Edges);
    }

    private static List<string> Lines(IReadOnlyList<CallEdge> edges)
        => [.. edges.Select(e => $"{e.Caller} {e.Callee} {e.Count}").Order(StringComparer.Ordinal)];

    private sealed class NoSources : ISourceResolver
    {
        public System.Collections.Immutable.ImmutableArray<SourceLocation> Resolve(string name, string? module, ulong? address) => [];

        public ISourceResolver For(RecordedKernel kernel) => this;

        public string? Mismatch(TraceInfo info) => null;
    }
}
