using System.Globalization;
using KernelMagnifier.Benchmarks.Generation;

namespace KernelMagnifier.Benchmarks.Fleet;

/// <summary>A generated recording of one host, with what the log says about it.</summary>
internal sealed class FleetRecording(FleetPlan plan, int host, int day, int hour, int intervals, Dice dice)
{
    private readonly bool _isLast = day == plan.Days - 1;

    /// <summary>The host.</summary>
    public string Host { get; } = FleetPlan.HostName(host);

    /// <summary>The name of the recording.</summary>
    public string Name { get; } =
        string.Create(CultureInfo.InvariantCulture, $"{FleetPlan.Day(day):yyyyMMdd}-{HourOf(plan, hour):d2}00.dat");

    /// <summary>The number of intervals.</summary>
    public int Intervals => intervals;

    /// <summary>The CPUs of the host.</summary>
    public int Cpus { get; } = 4 << (host % 3);

    /// <summary>When it began, in nanoseconds of Unix time.</summary>
    public long Began { get; } =
        (FleetPlan.Day(day).AddHours(HourOf(plan, hour)) - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>When the host booted: what the trace clock counts from.</summary>
    public long Booted { get; } =
        (FleetPlan.Day(-3) - DateTime.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick + host * 1_000_000_007L;

    /// <summary>The number of the recording on its host, from 1 on.</summary>
    public int Sequence { get; } = day * plan.Recordings + hour + 1;

    /// <summary>The share of events that were lost.</summary>
    public double Lost { get; } = day == plan.Days - 1 && host == plan.Truths.LossyHost ? 0.2 : 0;

    /// <summary>Whether there is a log record that records were dropped.</summary>
    public bool IsDropped => Lost > 0 && hour == 0;

    /// <summary>What measuring cost, as a share of one CPU.</summary>
    public double Cost { get; } = 0.02 + 0.001 * (host % 7);

    /// <summary>The intervals in the order of their starts.</summary>
    public IEnumerable<FleetInterval> Make(FleetProfile profile)
    {
        var speed = 0.85 + 0.3 * new Dice(plan.Seed + (ulong)host).Share();
        var noisy = profile.Find("Irq", FleetTruths.NoisyInterrupt);
        var factors = profile.Classes.Select(one => speed * Factor(one)).ToArray();
        var (step, start) = (FleetPlan.Span / Math.Max(1, intervals), Began - Booted);
        for (var i = 0; i < intervals; i++)
        {
            // On the noisy host every sixteenth interval is one of the noisy interrupt.
            var isNoise = _isLast && host == plan.Truths.NoisyHost && dice.Below(16) == 0;
            var at = isNoise ? noisy : profile.Choose(dice);
            var one = profile.Classes[at];
            var cpu = dice.Below(Cpus);
            yield return new FleetInterval
            {
                Class = at,
                ProcessId = one.Comm is null ? 0 : 1000 + at * 4 + dice.Below(4),
                Cpu = cpu,
                PreviousCpu = dice.Below(4) == 0 ? dice.Below(Cpus) : cpu,
                Start = start + i * step + (step < 2 ? 0 : dice.Below((int)Math.Min(step, int.MaxValue))),
                Length = Math.Max(1, (long)(one.Length(dice.Share()) * factors[at])),
            };
        }
    }

    /// <summary>The call edges, in the order of the profile.</summary>
    public IEnumerable<FleetEdge> Edges(FleetProfile profile)
    {
        foreach (var edge in profile.Edges) yield return Vary(edge);
        if (_isLast && host % 4 == 0) yield return Vary(FleetTruths.NewEdge);
    }

    private static int HourOf(FleetPlan plan, int hour) => Math.Min(10, 24 - plan.Recordings) + hour;

    private FleetEdge Vary(FleetEdge edge)
    {
        var count = 1 + (long)(edge.Count * (0.9 + 0.2 * dice.Share()));
        return edge with { Count = count, Total = edge.Total / edge.Count * count, Self = edge.Self / edge.Count * count };
    }

    private double Factor(FleetClass one) => !_isLast ? 1 : one.Kind switch
    {
        "Wakeup" when host == plan.Truths.SlowHost => FleetTruths.SlowFactor,
        "Irq" when host == plan.Truths.NoisyHost && one.Key == FleetTruths.NoisyInterrupt => FleetTruths.NoisyFactor,
        "Block" when host == plan.Truths.SlowDiskHost => FleetTruths.SlowDiskFactor,
        "Syscall" when one.Name == FleetTruths.SlowSyscall => FleetTruths.SlowDiskFactor,
        _ => 1,
    };
}
