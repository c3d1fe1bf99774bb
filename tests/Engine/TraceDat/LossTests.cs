using System.Diagnostics;
using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Engine.Tests.Symbols;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>A recording has one number of lost events: on each CPU the larger of its own count and of the kernel's.</summary>
public class LossTests
{
    [Fact]
    public void TheKernelCountsWhatTheDataDoNot()
    {
        var info = Read(("CPU: 0\noverrun: 900\ndropped events: 7\n", 5), ("CPU: 1\noverrun: 2\n", 30));
        Assert.Equal([(0, 907L), (1, 30L)], info.PerCpu.Select(c => (c.Cpu, c.LostEvents)));
        Assert.Equal((937, "KernelCount", false), (info.LostEvents, info.LostEventsBasis, info.LostEventsIsMinimum));
        Assert.Empty(info.Warnings);
        var summary = ReadingSummary.Of(info);
        Assert.Contains("937 events were lost while recording (", summary.Line, StringComparison.Ordinal);
        Assert.Contains("by the kernel's own count)", summary.Line, StringComparison.Ordinal);
    }

    [Fact]
    public void TheKernelsCountIncludesLossesWithoutANumber()
    {
        var info = Read(("CPU: 0\noverrun: 12\n", 0), ("", 4));
        Assert.Equal((16, "KernelCount", false), (info.LostEvents, info.LostEventsBasis, info.LostEventsIsMinimum));
    }

    [Fact]
    public void ALossWithoutANumberIsOneAtLeast()
    {
        var info = Read(("", 0), ("", 4));
        Assert.Equal((5, "Data", true), (info.LostEvents, info.LostEventsBasis, info.LostEventsIsMinimum));
        Assert.Contains("at least 5 events were lost", ReadingSummary.Of(info).Line, StringComparison.Ordinal);
        using var table = new MemoryStream();
        TraceInfoReport.Write([(info, new TraceSelection(0, 0, 0, 0))], ReportFormat.Table, table);
        Assert.Contains("5 (at least; ", Encoding.UTF8.GetString(table.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public void NothingLostHasNoBasis()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Call(0, 0xffff1000, 0xffff3000));
        using var reader = dat.Open();
        CollectedCalls.Of(reader);
        Assert.Equal((0L, null, false), (reader.Info.LostEvents, reader.Info.LostEventsBasis, reader.Info.LostEventsIsMinimum));
    }

    [Theory]
    [InlineData("CPU:1 [LOST EVENTS]\n", 1, true)]
    [InlineData("CPU:1 [LOST 7 EVENTS]\n", 7, false)]
    [InlineData("CPU:1 [LOST 7 EVENTS]\nCPU:0 [LOST EVENTS]\n", 8, true)]
    public void TextCountsItsLosses(string losses, long lost, bool isMinimum)
    {
        var text = "# tracer: function\n#\n" + losses + "            bash-9     [001] d..2.   214.887038: f <-g\n";
        using var reader = TraceFile.Open(new MemoryStream(Encoding.ASCII.GetBytes(text)), "test");
        CollectedCalls.Of(reader);
        Assert.Equal((lost, isMinimum), (reader.Info.LostEvents, reader.Info.LostEventsIsMinimum));
        Assert.Empty(reader.Info.Warnings);
    }

    [SharedDataTheory]
    [InlineData("dat/fg-small.dat", "KernelCount")]
    [InlineData("dat/fn-small-lossy.dat", "Data")]
    public void TheFigureIsThatOfTheKernel(string file, string basis)
    {
        if (!SmallKernel.Has("trace-cmd")) return;
        using var reader = TraceFile.Open(SharedData.Shared(file));
        reader.Read(new CallTally(CallGrouping.Edge));
        Assert.Equal(Overruns(SharedData.Shared(file)), reader.Info.LostEvents);
        Assert.Equal(basis, reader.Info.LostEventsBasis);
        Assert.False(reader.Info.LostEventsIsMinimum);
        Assert.Empty(reader.Info.Warnings);
    }

    private static long Overruns(string path)
    {
        using var stat = Process.Start(new ProcessStartInfo("trace-cmd", ["report", "--stat", "-i", path]) { RedirectStandardOutput = true })!;
        return stat.StandardOutput.ReadToEnd().Split('\n').Where(l => l.StartsWith("overrun: ", StringComparison.Ordinal) || l.StartsWith("dropped events: ", StringComparison.Ordinal))
            .Sum(l => long.Parse(l.Split(": ")[1], CultureInfo.InvariantCulture));
    }

    /// <summary>Reads a recording of two CPUs with the kernel's statistics and one loss each; a loss of 0 has no number.</summary>
    private static TraceInfo Read(params (string Statistics, long Lost)[] cpus)
    {
        var dat = new DatBuilder();
        for (var cpu = 0; cpu < cpus.Length; cpu++)
        {
            if (cpus[cpu].Statistics.Length > 0) dat.Options.Add((2, Encoding.ASCII.GetBytes(cpus[cpu].Statistics)));
            dat.Page(cpu, dat.NewPage(100).Call(0, 0xffff1000, 0xffff3000));
            dat.Page(cpu, new Page(200, false, 8) { Lost = cpus[cpu].Lost }.Call(0, 0xffff1000, 0xffff3000));
        }
        using var reader = dat.Open();
        CollectedCalls.Of(reader);
        return reader.Info;
    }
}
