using KernelMagnifier.Measuring;

namespace KernelMagnifier.Engine.Tests.Measuring;

/// <summary>The counters of /proc between two times, from files that the test writes.</summary>
public sealed class CounterReadingTests : IDisposable
{
    private readonly string _proc = Directory.CreateTempSubdirectory("km-proc").FullName;

    public CounterReadingTests()
    {
        Directory.CreateDirectory(Path.Combine(_proc, "pressure"));
        Write("stat", """
            cpu  100 5 50 1000 20 3 4 1 0 0
            cpu0 60 5 30 500 10 2 4 1 0 0
            cpu1 40 0 20 500 10 1 0 0 0 0
            intr 12345 1 2 3
            ctxt 5000
            processes 77
            procs_running 2
            procs_blocked 0
            """);
        Write("schedstat", """
            version 15
            timestamp 4295000000
            cpu0 0 0 0 0 0 0 1000000000 2000000 300
            domain0 3 0 0 0 0 0 0 0 0
            cpu1 0 0 0 0 0 0 500000000 1000000 100
            """);
        Write("interrupts", """
                       CPU0       CPU1
              1:          7          0   IO-APIC   1-edge      i8042
             24:        100         50   PCI-MSI 512000-edge      virtio0-input.0
            NMI:          1          2   Non-maskable interrupts
            ERR:          0
            """);
        Write("softirqs", """
                                CPU0       CPU1
                  HI:          0          0
               TIMER:        100        200
              NET_RX:         10         20
            """);
        Write("pressure/cpu", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1000000\n"
            + "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        Write("pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=5\n");
    }

    public void Dispose() => Directory.Delete(_proc, recursive: true);

    [Fact]
    public void WhatGrewIsCountedInItsUnit()
    {
        var reading = CounterReading.Begin(proc: _proc);
        Write("stat", """
            cpu  150 5 50 1100 20 3 9 1 0 0
            ctxt 6500
            processes 80
            procs_running 3
            procs_blocked 1
            """);
        Write("schedstat", "cpu0 0 0 0 0 0 0 1500000000 3000000 310\ncpu1 0 0 0 0 0 0 500000000 1500000 100\n");
        Write("interrupts", "           CPU0       CPU1\n  1:  7  3   IO-APIC   1-edge      i8042\n"
            + " 24:  110  60   PCI-MSI 512000-edge      virtio0-input.0\n 25: 4 0 PCI-MSI 5-edge eth0\n"
            + "NMI:  1  2   Non-maskable interrupts\nERR:  0\n");
        Write("softirqs", "  CPU0 CPU1\n HI: 0 0\n TIMER: 150 200\n NET_RX: 10 20\n");
        Write("pressure/cpu", "some avg10=1.00 avg60=0.00 avg300=0.00 total=1250000\n"
            + "full avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        var counters = reading.End();

        Assert.Empty(reading.Warnings);
        Assert.Equal(0.5, Value(counters, "system.cpu.time", ("cpu.mode", "user")), 12);
        Assert.Equal(1.0, Value(counters, "system.cpu.time", ("cpu.mode", "idle")), 12);
        Assert.Equal(0.05, Value(counters, "system.cpu.time", ("cpu.mode", "softirq")), 12);
        Assert.DoesNotContain(counters, counter => counter.Attributes.GetValueOrDefault("cpu.mode") == "nice");
        Assert.Equal(1500, Value(counters, "linux.context_switches"));
        Assert.Equal(3, Value(counters, "system.process.created"));
        Assert.Equal(3, Value(counters, "system.process.count", ("process.state", "running")));
        Assert.Equal(1, Value(counters, "system.process.count", ("process.state", "blocked")));
        Assert.Equal(0.5, Value(counters, "linux.runqueue.run_time"), 12);
        Assert.Equal(0.0015, Value(counters, "linux.runqueue.wait_time"), 12);
        Assert.Equal(10, Value(counters, "linux.runqueue.timeslices"));
        Assert.Equal(3, Value(counters, "linux.interrupts", ("irq", "1"), ("name", "i8042")));
        Assert.Equal(20, Value(counters, "linux.interrupts", ("irq", "24"), ("name", "virtio0-input.0")));
        // An interrupt that was requested in between began at 0.
        Assert.Equal(4, Value(counters, "linux.interrupts", ("irq", "25"), ("name", "eth0")));
        Assert.DoesNotContain(counters, counter => counter.Attributes.GetValueOrDefault("irq") == "NMI");
        Assert.Equal(50, Value(counters, "linux.softirqs", ("vector", "TIMER")));
        Assert.Equal(0.25, Value(counters, "linux.pressure.stalled_time", ("resource", "cpu"), ("stall", "some")), 12);
        // No pressure is an answer.
        Assert.Equal(0, Value(counters, "linux.pressure.stalled_time", ("resource", "io"), ("stall", "some")));
        Assert.DoesNotContain(counters, counter => counter.Attributes.ContainsKey("cpu.logical_number"));
    }

    [Fact]
    public void EachCpuIsCountedIfAsked()
    {
        var reading = CounterReading.Begin(byCpu: true, _proc);
        Write("schedstat", "cpu0 0 0 0 0 0 0 1500000000 2000000 310\ncpu1 0 0 0 0 0 0 900000000 1000000 100\n");
        var counters = reading.End();
        Assert.Equal(0.5, Value(counters, "linux.runqueue.run_time", ("cpu.logical_number", "0")), 12);
        Assert.Equal(0.4, Value(counters, "linux.runqueue.run_time", ("cpu.logical_number", "1")), 12);
        Assert.Equal(0.9, Value(counters, "linux.runqueue.run_time"), 12);
    }

    /// <summary>A CPU that goes offline takes its counts with it.</summary>
    [Fact]
    public void WhatShrankIsLeftOut()
    {
        var reading = CounterReading.Begin(proc: _proc);
        Write("softirqs", "  CPU0\n TIMER: 90\n NET_RX: 31\n");
        var counters = reading.End();
        Assert.DoesNotContain(counters, counter => counter.Attributes.GetValueOrDefault("vector") == "TIMER");
        Assert.Equal(1, Value(counters, "linux.softirqs", ("vector", "NET_RX")));
    }

    [Fact]
    public void WhatTheKernelDoesNotCountIsSaid()
    {
        Directory.Delete(Path.Combine(_proc, "pressure"), recursive: true);
        File.Delete(Path.Combine(_proc, "schedstat"));
        var reading = CounterReading.Begin(proc: _proc);
        Assert.Contains(reading.Warnings, warning => warning.Contains("schedstat", StringComparison.Ordinal));
        Assert.Contains(reading.Warnings, warning => warning.Contains("CONFIG_PSI", StringComparison.Ordinal));
        Assert.DoesNotContain(reading.End(), counter => counter.Name.StartsWith("linux.pressure", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("cpu  99999999999999999999999 1")]
    [InlineData("cpu")]
    [InlineData("cpu -1 -2")]
    [InlineData("\0\0\0\n\uFFFD 7")]
    public void DamagedLinesCountNothing(string line)
    {
        Write("stat", line);
        var reading = CounterReading.Begin(proc: _proc);
        Write("stat", line + "\nctxt 1\n");
        Assert.DoesNotContain(reading.End(), counter => counter.Name == "system.cpu.time" && counter.Value != 0);
    }

    [Fact]
    public void TheRunningKernelIsCounted()
    {
        var reading = CounterReading.Begin();
        var switches = Environment.TickCount64 + 50;
        while (Environment.TickCount64 < switches) Thread.Sleep(1);
        Assert.Contains(reading.End(), counter => counter is { Name: "linux.context_switches", Value: > 10 });
    }

    private void Write(string file, string text) => File.WriteAllText(Path.Combine(_proc, file), text);

    private static double Value(IEnumerable<MeasuredCounter> counters, string name, params (string Name, string Value)[] attributes)
        => Assert.Single(counters, counter => counter.Name == name && counter.Attributes.Count == attributes.Length
            && attributes.All(one => counter.Attributes.GetValueOrDefault(one.Name) == one.Value)).Value;
}
