using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Fuzzing;

/// <summary>
/// Text of kernel events, paired to intervals: every start and every end is accounted for, no interval is negative, and the parts of one
/// add up to it.
/// </summary>
internal sealed class IntervalsTarget() : FuzzTarget("intervals")
{
    protected override void Read(ReadOnlySpan<byte> input)
    {
        var one = Measure(input, threads: 1);
        var three = Measure(input, threads: 3);
        Check(one.Text == three.Text, $"on one thread: {one.Text}; on three: {three.Text}");
    }

    private static Intervals Measure(ReadOnlySpan<byte> input, int threads)
    {
        var intervals = new Intervals();
        try
        {
            using var stream = new MemoryStream(input.ToArray());
            using var reader = TraceFile.Open(stream, "input", new() { Threads = threads });
            reader.ReadOnce(new IntervalBuilder(intervals), null, null, default);
        }
        catch (KernelMagnifierException)
        {
            // Not a recording.
        }
        return intervals;
    }

    private sealed class Intervals : IntervalSink
    {
        private long _count, _sum;

        public string Text { get; private set; } = "";

        public override void Accept(in IntervalRecord interval)
        {
            Check(interval.Length >= 0, $"{interval.Kind} of {interval.Length}");
            Check(interval.Placement <= interval.Length, $"{interval.Kind} of {interval.Length}, placement {interval.Placement}");
            Check(interval.Runnable < 0 || interval.OnCpu + interval.Runnable + interval.Blocked == interval.Length,
                $"{interval.Kind} of {interval.Length}: {interval.OnCpu} on CPU, {interval.Runnable} runnable, {interval.Blocked} blocked");
            (_count, _sum) = (_count + 1, unchecked(_sum + interval.Length));
        }

        public override void End(TraceInfo info, IReadOnlyDictionary<IntervalKind, IntervalAccount> accounts)
        {
            foreach (var (kind, a) in accounts)
            {
                var slices = kind is IntervalKind.OnCpu or IntervalKind.Idle;
                Check(a.Starts == a.Count + a.Uncertain + a.Negative + a.NoWait + a.Superseded + a.NeverReturned + a.Mismatched + a.OpenAtEnd,
                    $"{kind}: the {a.Starts} starts are not accounted for");
                Check(a.Ends == a.Count + a.UncertainEnds + a.Negative + (slices ? 0 : a.Mismatched) + a.UnmatchedEnds,
                    $"{kind}: the {a.Ends} ends are not accounted for");
            }
            Check(_count == accounts.Values.Sum(a => a.Count), $"{_count} intervals");
            Text = $"{_count} intervals of {_sum}";
        }
    }
}
