using System.Text;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Records that a test makes: of random numbers, and of recordings.</summary>
internal static class MadeUpMeasurements
{
    private static readonly string[] Texts =
        ["sleep", "", "a b", "é", "\u202Eevil", "\n<14>Nov 30 x: y", "\"}\\", "\u0000\u001b[31m", "名前", "😀", "x{a=\"b\"} 1\n# TYPE"];

    /// <summary>A measurement with nothing but what every one has.</summary>
    public static Measurement Empty(int number = 1, string status = "Completed") => new()
    {
        Id = new Guid(number, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]), Status = status, StartTime = new DateTimeOffset(2026, 11, 30, 12, 0, 0, TimeSpan.Zero),
        Request = new MeasurementRequest(),
    };

    /// <summary>A run of a schedule.</summary>
    public static Measurement Run(int number, string host = "web1", string schedule = "runq", int epoch = 1) => Empty() with
    {
        Id = new Guid(number, (short)epoch, (short)host.Length, [(byte)host[^1], (byte)schedule[^1], 0, 0, 0, 0, 0, 1]),
        HostName = host, Schedule = schedule, Sequence = number, Epoch = new Guid(epoch, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]),
        StartTime = new DateTimeOffset(2026, 11, 30, 0, 0, 0, TimeSpan.Zero).AddHours(number),
    };

    /// <summary>A random measurement.</summary>
    public static Measurement Random(Random random)
    {
        string Text() => Texts[random.Next(Texts.Length)];
        T? Maybe<T>(Func<T> value) where T : struct => random.Next(3) == 0 ? null : value();
        string? MaybeText() => random.Next(3) == 0 ? null : Text();
        TimeSpan Span() => TimeSpan.FromTicks(random.NextInt64(1L << random.Next(1, 50)));
        string[] List() => [.. Enumerable.Range(0, random.Next(3)).Select(_ => Text())];
        var id = new byte[16];
        random.NextBytes(id);
        return new Measurement
        {
            Id = new Guid(id), Status = MeasurementJson.Statuses[random.Next(5)], Reason = MaybeText(), Schedule = MaybeText(),
            Epoch = Maybe(() => new Guid(id)), Sequence = Maybe(() => random.NextInt64(1, long.MaxValue)),
            StartTime = new DateTimeOffset(random.NextInt64(DateTimeOffset.MaxValue.Ticks), TimeSpan.Zero), Duration = Maybe(Span),
            HostName = MaybeText(), MachineId = MaybeText(), BootId = MaybeText(), KernelRelease = MaybeText(),
            Machine = random.Next(3) == 0 ? null : new[] { "x86_64", "aarch64", "armv6l", "riscv64", "ppc64le", "amd64" }[random.Next(6)],
            Cpus = Maybe(() => random.Next(1, 1024)), Version = MaybeText(), Method = MaybeText(), Events = Maybe(() => random.NextInt64(long.MaxValue)),
            LostEvents = Maybe(() => random.NextInt64(1L << 40)), DroppedRecords = Maybe(() => random.NextInt64(1000)),
            Request = new MeasurementRequest
            {
                Preset = List(), Kind = List(), By = List(), Duration = Maybe(Span), Method = MaybeText(), Probe = MaybeText(),
                Parameter = new Dictionary<string, string> { [Text()] = Text() },
            },
            Latencies = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Latency(random))],
            Counters =
            [
                .. Enumerable.Range(0, random.Next(3)).Select(_ => new MeasuredCounter
                {
                    Name = Text(), Unit = Text(), Value = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300)), IsGauge = random.Next(2) == 0,
                    Attributes = new Dictionary<string, string> { [Text()] = Text() },
                }),
            ],
            Cost = random.Next(3) == 0 ? null : new MeasurementCost
            {
                CpuTime = Span(), WallTime = Span(), PeakMemory = Maybe(() => random.NextInt64(1L << 40)), BytesRead = random.NextInt64(1L << 40),
                BufferMemory = random.NextInt64(1L << 40),
            },
            Warnings = List(),
        };
    }

    /// <summary>A random latency, of lengths of all sizes.</summary>
    public static KernelMagnifier.Latency.Latency Latency(Random random)
    {
        var kinds = Enum.GetValues<IntervalKind>();
        var row = new LatencyRow(kinds[random.Next(kinds.Length)], random.Next(2) == 0 ? null : Texts[random.Next(Texts.Length)], null,
            random.Next(2) == 0 ? null : "comm", random.Next(2) == 0 ? null : random.Next(), random.Next(2) == 0 ? null : random.Next(64), null,
            random.Next(9) == 0 ? ClockUnit.Counts : ClockUnit.Nanoseconds, null);
        if (random.Next(4) == 0)
            return RangedLatency.Of(row, Enumerable.Range(0, random.Next(1, 40)).Select(i => new LatencyBucket(1L << i, i == 39 ? null : 2L << i, random.Next(1, 1000))));
        return Of(row, Lengths(random, random.Next(3) == 0 ? random.Next(5) : random.Next(3000)), random.Next(2) == 0);
    }

    /// <summary>Random lengths, mostly of a few microseconds.</summary>
    public static long[] Lengths(Random random, int count)
        => [.. Enumerable.Range(0, count).Select(_ => random.NextInt64(1L << (random.Next(20) == 0 ? random.Next(1, 46) : random.Next(5, 20))))];

    /// <summary>The latency of lengths, as of a recording.</summary>
    public static KernelMagnifier.Latency.Latency Of(LatencyRow row, IReadOnlyList<long> lengths, bool isHistogram)
    {
        var distribution = new LengthDistribution(new LengthStore());
        foreach (var length in lengths) distribution.Add(length);
        if (isHistogram) distribution.ToHistogram();
        return new KernelMagnifier.Latency.Latency(row, null, distribution, [], new IntervalAccount { Starts = lengths.Count, Count = lengths.Count });
    }

    /// <summary>The latencies of a recording.</summary>
    public static IReadOnlyList<KernelMagnifier.Latency.Latency> OfRecording(string path, LatencyGrouping by)
    {
        var collector = new LatencyCollector(new LatencyPlan { By = by });
        var tally = new LatencyTally(collector);
        using (var reader = TraceFile.Open(path)) reader.ReadOnce(new IntervalBuilder(tally), null, null, default);
        collector.Add(tally);
        return collector.Latencies();
    }

    /// <summary>All numbers of a latency as a text.</summary>
    public static string Numbers(KernelMagnifier.Latency.Latency latency)
    {
        var text = new StringBuilder();
        text.Append($"{latency.Kind}|{latency.Key}|{latency.Name}|{latency.Comm}|{latency.ProcessId}|{latency.Cpu}|{latency.Unit}|{latency.Method}|");
        text.Append($"{latency.Count}|{latency.SumNanoseconds}|{latency.MinNanoseconds}|{latency.MeanNanoseconds:R}|{latency.MaxNanoseconds}|{latency.Note}|");
        foreach (var one in latency.Percentiles) text.Append($"{one.Name} {one.Quantile:R} {one.Nanoseconds} {one.LowNanoseconds} {one.HighNanoseconds};");
        foreach (var range in latency.Histogram) text.Append($"{range.From} {range.Until} {range.Count};");
        foreach (var (term, count) in latency.Account ?? new Dictionary<string, long>()) text.Append($"{term} {count};");
        return text.ToString();
    }
}
