using KernelMagnifier.Model;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Engine.Tests.Selection;

/// <summary>The patterns of kernel events, and what of a filter applies to them.</summary>
public sealed class EventFilterTests
{
    [Theory]
    [InlineData("sched:sched_switch", "sched", "sched_switch", true)]
    [InlineData("sched_switch", "sched", "sched_switch", true)]
    [InlineData("sched:*", "sched", "sched_waking", true)]
    [InlineData("sched:*", "irq", "softirq_entry", false)]
    [InlineData("*", "irq", "softirq_entry", true)]
    [InlineData("*:sys_*", "raw_syscalls", "sys_enter", true)]
    [InlineData("sched:", "sched", "sched_waking", true)]
    [InlineData(":sched_waking", "sched", "sched_waking", true)]
    [InlineData("Sched:*", "sched", "sched_waking", false)]
    [InlineData("irq:*", null, "softirq_entry", true)]
    [InlineData("sched:*", null, "softirq_entry", false)]
    [InlineData("syscalls:*", null, "sys_enter_read", true)]
    [InlineData("raw_syscalls:*", null, "sys_enter", true)]
    [InlineData("sched:sched_switch", null, "sched_switch", true)]
    public void APatternMatchesSystemAndName(string pattern, string? system, string name, bool matches)
        => Assert.Equal(matches, new EventPattern(pattern).IsMatch(system, name));

    [Fact]
    public void OnlyCommonPropertiesApplyToEvents()
    {
        var filter = new CallFilter { Cpu = [1], Comm = ["bash"], Since = 1, Function = ["f"] };
        var common = EventFilter.Of(["*"], filter).Common!;
        Assert.Equal([1], common.Cpu);
        Assert.Equal(["bash"], common.Comm);
        Assert.Equal(1, common.Since);
        Assert.Empty(common.Function);
        Assert.Equal("Function", EventFilter.NotForEvents(filter));
        Assert.Null(EventFilter.NotForEvents(common));
        Assert.Null(EventFilter.Of(["*"], new CallFilter { Function = ["f"] }).Common);
    }

    [Theory]
    [InlineData("ftrace:kernel_stack", true)]
    [InlineData("kernel_stack", true)]
    [InlineData("ftrace:*", false)]
    [InlineData("*", false)]
    public void StacksAreEventsOnlyIfNamed(string pattern, bool named) => Assert.Equal(named, EventFilter.Of([pattern]).NamesStack);

    [Fact]
    public void ASymbolicNumberEqualsItsNumberAndItsName()
    {
        var state = new SymbolicNumber(256UL, "R+");
        Assert.True(state.Equals("R+"));
        Assert.False(state.Equals("r+"));
        Assert.True(state.Equals(256));
        Assert.True(state.Equals(256.0));
        Assert.Equal(0, state.CompareTo(256L));
        Assert.True(state.CompareTo(new SymbolicNumber(1, "S")) > 0);
        Assert.Equal(256, Convert.ToInt32(state, System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal("R+", state.ToString());
        Assert.Equal(ulong.MaxValue, Convert.ToUInt64(new SymbolicNumber(ulong.MaxValue, "all"), System.Globalization.CultureInfo.InvariantCulture));
    }
}
