using KernelMagnifier.Latency;

namespace KernelMagnifier.Engine.Tests.Latency;

/// <summary>What holds for every account and every interval.</summary>
internal static class Identities
{
    public static void Check(IntervalKind kind, IntervalAccount account)
    {
        var starts = account.Count + account.Uncertain + account.Negative + account.NoWait + account.Superseded + account.NeverReturned
            + account.Mismatched + account.OpenAtEnd;
        // A mismatched slice has no end: the other switch is the unmatched end of another task.
        var mismatched = kind is IntervalKind.OnCpu or IntervalKind.Idle ? 0 : account.Mismatched;
        var ends = account.Count + account.UncertainEnds + account.Negative + mismatched + account.UnmatchedEnds;
        Assert.True(account.Starts == starts, $"{kind}: {account.Starts} starts, of which {starts} are accounted for");
        Assert.True(account.Ends == ends, $"{kind}: {account.Ends} ends, of which {ends} are accounted for");
        Assert.True(account.UncertainEnds <= account.Uncertain, $"{kind}: {account.UncertainEnds} uncertain ends");
    }

    public static void Check(in IntervalRecord interval)
    {
        var text = $"{interval.Kind} {interval.Start} to {interval.End} of {interval.ProcessId}";
        Assert.True(interval.Length >= 0, text);
        Assert.True(interval.Placement <= interval.Length, $"{text}: placement {interval.Placement}");
        if (interval.OnCpu >= 0) Assert.True(interval.OnCpu <= interval.Length, $"{text}: {interval.OnCpu} on CPU");
        if (interval.Runnable >= 0)
            Assert.True(interval.OnCpu + interval.Runnable + interval.Blocked == interval.Length,
                $"{text}: {interval.OnCpu} on CPU, {interval.Runnable} runnable, {interval.Blocked} blocked");
    }
}
