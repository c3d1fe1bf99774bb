using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Sinks;
using KernelMagnifier.Measuring;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Records for sinks.</summary>
internal static class SinkRecords
{
    /// <summary>A name that breaks out of every format that does not escape it.</summary>
    public static string Hostile { get; } = "a\nKM_STATUS=x\r\n\"]\\ \0 \x1b[31m \u202Eevil\u2028<13>1 # HELP }{," + '\ud800' + new string('é', 4000);

    public static DateTimeOffset Start { get; } = new(2026, 11, 30, 12, 0, 0, TimeSpan.Zero);

    public static Measurement Make(long number = 1, string? schedule = "hourly", string? comm = "sshd", params long[] lengths) => new()
    {
        Id = new Guid((int)number, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10), Status = "Completed", Schedule = schedule, Sequence = number,
        Epoch = Guid.Parse("11111111-2222-3333-4444-555555555555"), StartTime = Start.AddHours(number), Duration = TimeSpan.FromSeconds(10),
        HostName = "db-1", MachineId = new string('a', 32), BootId = Guid.Empty.ToString(), KernelRelease = "6.12.1", Machine = "x86_64", Cpus = 4,
        Version = "1.2.3", Request = new MeasurementRequest { Preset = ["Scheduling"], By = ["Task"] }, Method = "Events",
        Latencies = [Latency(comm, lengths.Length == 0 ? [100, 300, 1000, 1024, 70_000, 1L << 35] : lengths)],
        Counters =
        [
            new() { Name = "system.cpu.time", Unit = "s", Value = 12.5, Attributes = new Dictionary<string, string> { ["cpu.mode"] = "user", ["le"] = comm ?? "" } },
            new() { Name = "system.linux.interrupts", Unit = "{interrupt}", Value = 1000 },
            new() { Name = "system.linux.pressure", Unit = "1", Value = 0.25, IsGauge = true },
        ],
        Events = 6, LostEvents = 2, Cost = new MeasurementCost { CpuTime = TimeSpan.FromMilliseconds(50), WallTime = TimeSpan.FromSeconds(10.5), PeakMemory = 1 << 25 },
    };

    public static KernelMagnifier.Latency.Latency Latency(string? comm, params long[] lengths)
    {
        var distribution = new LengthDistribution(new LengthStore());
        foreach (var length in lengths) distribution.Add(length);
        return new KernelMagnifier.Latency.Latency(new LatencyRow(IntervalKind.Wakeup, "42", null, comm, 42, null, null, ClockUnit.Nanoseconds, null), null, distribution, [], null);
    }

    public static SinkRecord Sent(Measurement record) => new(record, MeasurementJson.ToLine(record));

    public static string Line(Measurement record) => System.Text.Encoding.UTF8.GetString(MeasurementJson.ToLine(record));
}
