using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>The explanations of empty results.</summary>
public sealed class NothingFoundTests
{
    private static readonly CallNames Names = NewNames();

    private static readonly TraceInfo Info = new("a.dat")
    {
        Calls = 10, FirstTime = 5_500_000_000, LastTime = 9_250_000_000, Unit = ClockUnit.Nanoseconds,
        PerCpu = [new CpuStatistics(0, 4, 0, 0, 0), new CpuStatistics(1, 6, 0, 0, 0), new CpuStatistics(2, 0, 0, 9, 0)],
    };

    [Fact]
    public void A_name_that_differs_in_case_has_a_suggestion()
    {
        Assert.Equal("No call passes the filter: -Function TCP_sendmsg: no function of the recording has this name. "
            + "Did you mean tcp_sendmsg?", Explain(new CallFilter { Function = ["TCP_sendmsg"] }));
        Assert.EndsWith("Did you mean tcp_*?", Explain(new CallFilter { Caller = ["TCP_*"] }), StringComparison.Ordinal);
        Assert.EndsWith("Did you mean vfs_read?", Explain(new CallFilter { Root = ["vfs_raed"] }), StringComparison.Ordinal);
        Assert.EndsWith("Did you mean nginx?", Explain(new CallFilter { Comm = ["Nginx"] }), StringComparison.Ordinal);
        Assert.EndsWith("Did you mean ext4?", Explain(new CallFilter { Module = ["ext3"] }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_exists_is_named_where_no_name_is_close()
    {
        Assert.EndsWith("Of its 3 functions, the nearest are vfs_read, tcp_sendmsg, ext4_sync_fs.",
            Explain(new CallFilter { Function = ["vx"] }), StringComparison.Ordinal);
        Assert.EndsWith("Its tasks are bash, nginx.", Explain(new CallFilter { Comm = ["q"] }), StringComparison.Ordinal);
        Assert.EndsWith("no task of the recording has this pid. Its tasks are nginx-7, bash-12.",
            Explain(new CallFilter { ProcessId = [99] }), StringComparison.Ordinal);
        Assert.EndsWith("-Cpu 99: the calls of the recording are on CPUs 0-1.",
            Explain(new CallFilter { Cpu = [99] }), StringComparison.Ordinal);
        Assert.EndsWith("-Since 400: the recording ends at 9.25 and begins at 5.5.",
            Explain(new CallFilter { Since = 400 }), StringComparison.Ordinal);
        Assert.EndsWith("-Until 1: the recording begins at 5.5 and ends at 9.25.",
            Explain(new CallFilter { Until = 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Conditions_that_each_match_are_not_blamed()
    {
        Assert.Contains("no call matches all of its conditions",
            Explain(new CallFilter { Function = ["vfs_read"], Comm = ["bash"] }), StringComparison.Ordinal);
        Assert.EndsWith("-Root vfs_read: the recording has no calls by this function.",
            Explain(new CallFilter { Root = ["vfs_read"], Depth = 2 }), StringComparison.Ordinal);
        // One entry of a list is enough.
        var lists = new CallFilter { Comm = ["bash", "q"], Cpu = [1, 99] };
        Assert.Contains("no call matches all", Explain(lists), StringComparison.Ordinal);
    }

    [Fact]
    public void The_only_condition_says_what_there_is()
    {
        var names = NewNames();
        Assert.EndsWith("-MinCount 50: no call of the recording matches this.",
            Explain(new CallFilter { MinCount = 50 }, names), StringComparison.Ordinal);
        names.LargestCount = 49;
        Assert.EndsWith("-MinCount 50: the largest count of an edge is 49.",
            Explain(new CallFilter { MinCount = 50 }, names), StringComparison.Ordinal);
        names.AddContexts(1u << (int)ExecutionContext.Task | 1u << (int)ExecutionContext.HardIrq);
        Assert.EndsWith("-Context Nmi: the calls of the recording have the contexts Task, HardIrq.",
            Explain(new CallFilter { Context = [ExecutionContext.Nmi] }, names), StringComparison.Ordinal);
        Assert.EndsWith("-ExcludeFunction *: this excludes all calls of the recording.",
            Explain(new CallFilter { ExcludeFunction = ["*"] }), StringComparison.Ordinal);
        Assert.EndsWith("-ExcludeCpu 0-2: this excludes all calls of the recording.",
            Explain(new CallFilter { ExcludeCpu = [0, 1, 2] }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_matches_nothing_beside_others_is_reported()
    {
        var filter = new CallFilter { Function = ["vfs_read", "vfs_raed", "only_there"], Comm = ["q"] };
        var found = new NothingFound();
        found.Add(Names, Info, 1, [null, filter]);
        var other = new CallNames();
        other.Function("only_there", null);
        found.Add(other, Info, 0, [filter]);
        Assert.Equal("-Function vfs_raed: ", Assert.Single(found.Unmatched(property => $"-{property}"))[..20]);
    }

    [Fact]
    public void A_recording_without_calls_has_its_events_named()
    {
        var found = new NothingFound();
        found.Add(Names, new TraceInfo("e.dat") { Events = 3, EventKinds = new Dictionary<string, long> { ["sched_switch"] = 3 } }, 0);
        Assert.True(found.IsNothing);
        Assert.Equal("e.dat: the recording contains no function calls, but 3 kernel events (sched_switch: 3). Describe it.",
            found.Explain([new CallFilter { Comm = ["q"] }], p => p, "Describe it."));
    }

    [Fact]
    public void Nothing_is_explained_after_a_call_has_passed()
    {
        var found = new NothingFound();
        Assert.False(found.IsNothing);
        found.Add(Names, Info, 0);
        Assert.True(found.IsNothing);
        found.Add(Names, Info, 1);
        found.Add(Names, Info, 0);
        Assert.False(found.IsNothing);
    }

    private static string Explain(CallFilter filter, CallNames? names = null)
    {
        var found = new NothingFound();
        found.Add(names ?? Names, Info, 0);
        return found.Explain([null, filter], property => $"-{property}", "");
    }

    private static CallNames NewNames()
    {
        var names = new CallNames();
        names.Function("tcp_sendmsg", null);
        names.Function("vfs_read", null);
        names.Function("ext4_sync_fs", "ext4");
        names.Task(Encoding.UTF8.GetBytes("nginx"), 7, 6);
        names.Task(Encoding.UTF8.GetBytes("bash"), 12);
        return names;
    }
}
