using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Entries and exits of the function_graph tracer are paired to calls.</summary>
public class FunctionGraphTests
{
    private const ulong Alpha = 0xffff1000, Beta = 0xffff2000, Gamma = 0xffff3000, Omega = 0xffff4000;

    [Fact]
    public void NestingGivesCallersAndDurations()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100)
            .Exit(0, Omega, 1, 1, 2)
            .Enter(1, Alpha, 0, args: 6)
            .Enter(1, Beta, 1)
            .Exit(10, Beta, 1, 102, 112)
            .Enter(1, Beta, 1)
            .Enter(1, Gamma, 2)
            .Exit(5, Gamma, 2, 114, 119)
            .Exit(1, Beta, 1, 113, 120)
            .Exit(10, Alpha, 0, 101, 130)
            .Enter(1, Omega, 0));
        foreach (var inOrder in new[] { true, false })
        {
            using var reader = dat.Open();
            var calls = CollectedCalls.Of(reader, inOrder);
            string[] expected =
            [
                "101 0 seven-7 Task alpha<- 29/12",
                "102 0 seven-7 Task beta [mod]<-alpha 10/10",
                "113 0 seven-7 Task beta [mod]<-alpha 7/2",
                "114 0 seven-7 Task gamma<-beta [mod] 5/5",
                "131 0 seven-7 Task omega<- -1/-1",
            ];
            Assert.Equal(expected, inOrder ? calls.Text : calls.Text.Order());
            Assert.Equal([0, 1, 1, 2, 0], calls.List.OrderBy(c => c.Time).Select(c => (int)c.Depth));
            // Two exits end a leaf and are one event with their entry; three are events of their own.
            Assert.Equal((5, 3), (reader.Info.Calls, reader.Info.EventKinds["funcgraph_exit"]));
            Assert.Equal("function_graph", reader.Info.Tracer);
        }
    }

    [Fact]
    public void ATaskThatMigratesKeepsItsStack()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Enter(0, Alpha, 0).Enter(1, Beta, 1));
        dat.Page(1, dat.NewPage(200).Exit(0, Beta, 1, 101, 200).Enter(1, Gamma, 1).Exit(9, Gamma, 1, 201, 210).Exit(0, Alpha, 0, 100, 210));
        using var reader = dat.Open();
        Assert.Equal(["alpha<-", "beta<-alpha", "gamma<-alpha"], CollectedCalls.Of(reader).Edges);
        // An exit on another CPU than its entry is an event of its own, though no event is between them; gamma is a leaf.
        Assert.Equal((3, 2), (reader.Info.Calls, reader.Info.EventKinds["funcgraph_exit"]));
        Assert.Equal([110L, 99, 9], CollectedCalls.Of(dat.Open()).List.Select(c => c.Duration));
    }

    [Fact]
    public void EachCpuHasItsOwnIdleTask()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Enter(0, Alpha, 0, pid: 0).Enter(5, Gamma, 1, pid: 0));
        dat.Page(1, dat.NewPage(101).Enter(0, Beta, 0, pid: 0).Enter(5, Omega, 1, pid: 0));
        using var reader = dat.Open();
        Assert.Equal(["alpha<-", "beta<-", "gamma<-alpha", "omega<-beta"], CollectedCalls.Of(reader).Edges);
    }

    [Fact]
    public void AnExitOfAnotherIdleTaskDoesNotEndALeaf()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Enter(0, Alpha, 0, pid: 0));
        dat.Page(1, dat.NewPage(101).Exit(0, Alpha, 0, 90, 101, pid: 0));
        using var reader = dat.Open();
        Assert.Equal(-1, Assert.Single(CollectedCalls.Of(reader).List).Duration);
        Assert.Equal(1, reader.Info.EventKinds["funcgraph_exit"]);
    }

    [Fact]
    public void NoCallerIsGuessedAfterALoss()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Enter(0, Alpha, 0).Enter(1, Beta, 1));
        dat.Page(0, new Page(200, false, 8) { Lost = 5 }
            .Enter(0, Gamma, 2).Exit(1, Gamma, 2, 200, 201)
            // Entered before the loss, so the task was in it and in its callers all the time.
            .Exit(1, Beta, 1, 101, 202)
            .Enter(1, Omega, 1).Exit(1, Omega, 1, 203, 204)
            .Exit(1, Alpha, 0, 100, 205));
        using var reader = dat.Open();
        var calls = CollectedCalls.Of(reader);
        Assert.Equal(["alpha<-", "beta<-alpha", "gamma<-", "omega<-alpha"], calls.Edges);
        Assert.Equal([105L, 101, 1, 1], calls.List.Select(c => c.Duration));
        Assert.Equal(5, reader.Info.LostEvents);
    }

    [Fact]
    public void AnExitOfAnotherCallOfTheSameFunctionGivesNoDuration()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Enter(0, Alpha, 0));
        dat.Page(0, new Page(200, false, 8) { Lost = 5 }.Exit(0, Alpha, 0, 190, 200));
        using var reader = dat.Open();
        Assert.Equal(-1, Assert.Single(CollectedCalls.Of(reader).List).Duration);
    }

    [Fact]
    public void TheReturnAddressNamesTheCaller()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).EnterFrom(0, Alpha, 0, Gamma + 4).EnterFrom(1, Beta, 1, Alpha + 8).Exit(3, Beta, 1, 101, 104));
        using var reader = dat.Open();
        Assert.Equal(["alpha<-gamma", "beta<-alpha"], CollectedCalls.Of(reader).Edges);
        Assert.Equal((2, "fgraph_retaddr_entry"), (reader.Info.Calls, reader.Info.CallKind));
    }

    [Fact]
    public void AnOpenCallDelaysAtMostAWindowOfCalls()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(1).Enter(0, Alpha, 0));
        var page = dat.NewPage(10);
        for (var i = 0; i < 50; i++) page.Enter(1, Beta, 1).Exit(1, Beta, 1, 10, 11);
        for (var i = 0; i < 21_000; i++) dat.Page(0, page);
        dat.Page(0, dat.NewPage(200).Exit(0, Alpha, 0, 1, 200));
        using var reader = dat.Open();
        var calls = CollectedCalls.Of(reader);
        Assert.Equal(21_000 * 50 + 1, calls.List.Count);
        // It was delivered before its exit was read; in any order its duration is known.
        Assert.Equal(-1, calls.List[0].Duration);
        Assert.Equal(199, CollectedCalls.Of(dat.Open(), inOrder: false).List.Single(c => c.Depth == 0).Duration);
    }

    [Fact]
    public void DurationsOfARealRecordingAreTheSameInAnyOrder()
    {
        using var reader = TraceFile.Open(SharedData.Local("trace-dat/fg-zlib.dat"));
        var ordered = CollectedCalls.Of(reader);
        var others = CollectedCalls.Of(reader, inOrder: false);
        Assert.Equal(ordered.Text.Order(StringComparer.Ordinal), others.Text.Order(StringComparer.Ordinal));
        Assert.Contains(ordered.List, c => c.Duration > 0 && c.SelfDuration >= 0 && c.SelfDuration < c.Duration);
    }
}
