using KernelMagnifier.Model;
using KernelMagnifier.Selection;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Every type of ring buffer record, for every byte order and long size.</summary>
public class RingBufferTests
{
    public static TheoryData<bool, int, int> Machines => new()
    {
        { false, 8, 7 }, { false, 4, 7 }, { true, 8, 7 }, { true, 4, 7 },
        { false, 8, 6 }, { false, 4, 6 }, { true, 8, 6 }, { true, 4, 6 },
    };

    [Theory]
    [MemberData(nameof(Machines))]
    public void EveryRecordTypeIsDecodedForEveryByteOrderAndLongSize(bool bigEndian, int longSize, int version)
    {
        var dat = new DatBuilder(bigEndian, longSize, version);
        dat.Page(0, dat.NewPage(1000)
            .Call(5, 0xffff1000, 0xffff2010)
            .Extend((3UL << 27) + 9).Call(1, 0xffff2004, 0xffff3001, pid: 8, flags: 0x08)
            .Discarded(2, 24)
            .OtherEvent(0)
            .Record(4, [.. Body(bigEndian, longSize), .. new byte[200]])
            .Absolute(0x7654_3210_1234).Call(6, 0xffff3000, 0xffff1fff, pid: 0, flags: 0x10)
            .Null());
        dat.Page(1, dat.NewPage(1001).Call(0, 0xffff3000, 0xeeee, pid: 99, flags: 0x40));
        dat.Page(1, new Page(2000, bigEndian, longSize) { Lost = 42 }.Call(0, 0xffff1000, 0xffff4000));
        dat.Page(1, new Page(3000, bigEndian, longSize) { Lost = 0 }.Call(0, 0xffff1000, 0xffff4001));

        using var reader = dat.Open();
        var calls = CollectedCalls.Of(reader);
        var after = 1005 + (3UL << 27) + 10;
        Assert.Equal(
        [
            "1001 1 <...>-99 Nmi gamma<-0xeeee -1/-1",
            "1005 0 seven-7 Task alpha<-beta [mod] -1/-1",
            "2000 1 seven-7 Task alpha<-omega -1/-1",
            "3000 1 seven-7 Task alpha<-0xffff4001 -1/-1",
            $"{after} 0 eight-8 HardIrq beta [mod]<-gamma -1/-1",
            $"{after + 2 + 4} 0 seven-7 Task alpha<-alpha -1/-1",
            $"{0x7654_3210_1234 + 6} 0 <idle>-0 SoftIrq gamma<-alpha -1/-1",
        ], calls.Text);
        var info = reader.Info;
        // The second loss has no number.
        Assert.Equal((7, 1, 43, 0), (info.Calls, info.Events, info.LostEvents, info.NotParsed));
        Assert.Equal(new CpuStatistics(1, 3, 43, 0, 0), info.PerCpu[1]);
        Assert.Equal(["sched_switch 1"], info.EventKinds.Select(k => $"{k.Key} {k.Value}"));
        Assert.Equal(("Data", true), (info.LostEventsBasis, info.LostEventsIsMinimum));
        Assert.Empty(info.Warnings);
        Assert.Equal(("trace.dat", version, "function", "local", "6.99.0-test", 2), (info.Format, info.FormatVersion, info.Tracer, info.Clock, info.KernelRelease, info.Cpus));
        Assert.Equal(1001 / 1e9, info.FirstTimestamp);

        Assert.Equal(calls.Edges.Order(), CollectedCalls.Of(reader, inOrder: false).Edges.Order());
    }

    [Fact]
    public void ATimeStampThatRunsBackwardsKeepsTheOrderOfItsCpu()
    {
        // As in trace-cmd report: an event follows all events before it on its CPU.
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(100).Call(0, 0xffff1000, 0xffff1000).Absolute(50).Call(0, 0xffff2000, 0xffff1000).Absolute(110).Call(0, 0xffff3000, 0xffff1000));
        dat.Page(1, dat.NewPage(60).Call(0, 0xffff4000, 0xffff1000).Call(45, 0xffff4000, 0xffff1000));
        using var reader = dat.Open();
        Assert.Equal(["60", "100", "50", "105", "110"], CollectedCalls.Of(reader).Text.Select(t => t.Split(' ')[0]));
    }

    [Fact]
    public void EqualTimeStampsAreOrderedByBufferThenCpu()
    {
        var dat = new DatBuilder();
        dat.Page(1, dat.NewPage(5).Call(0, 0xffff2000, 0xffff1000));
        dat.Page(0, dat.NewPage(5).Call(0, 0xffff1000, 0xffff1000).Call(0, 0xffff1000, 0xffff2000));
        dat.Buffer("named").Page(0, dat.NewPage(5).Call(0, 0xffff3000, 0xffff1000));
        using (var reader = dat.Open())
            Assert.Equal(["alpha<-alpha", "alpha<-beta", "beta<-alpha", "gamma<-alpha"], CollectedCalls.Of(reader).Edges);
        using (var reader = dat.Open("named"))
            Assert.Equal(["gamma<-alpha"], CollectedCalls.Of(reader).Edges);
        using (var reader = dat.Open(""))
            Assert.Equal(3, CollectedCalls.Of(reader).List.Count);
        using (var reader = dat.Open("nobody"))
        {
            var error = Assert.Throws<KernelMagnifierException>(() => CollectedCalls.Of(reader));
            Assert.Equal((ErrorCode.InstanceNotFound, "test.dat"), (error.Code, error.Target));
            Assert.Contains("'nobody'", error.Cause, StringComparison.Ordinal);
            Assert.Contains("'' (the top-level buffer), 'named'", error.RecommendedAction!, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void CpusThatTheFilterExcludesAreCounted()
    {
        var dat = new DatBuilder();
        dat.Page(0, dat.NewPage(1).Call(0, 0xffff1000, 0xffff2000).OtherEvent(1));
        dat.Page(1, new Page(2, false, 8) { Lost = 9 }.Call(0, 0xffff1000, 0xffff3000));
        foreach (var inOrder in new[] { true, false })
        {
            using var reader = dat.Open();
            var calls = CollectedCalls.Of(reader, inOrder, new CallFilter { Cpu = [0] });
            Assert.Equal(["alpha<-beta"], calls.Edges);
            Assert.Equal((2, 1, 9), (reader.Info.Calls, reader.Info.Events, reader.Info.LostEvents));
        }
    }

    [Fact]
    public void TimeStampsAreConvertedByTheOptions()
    {
        var dat = new DatBuilder();
        dat.Options.Add((14, [.. dat.Bytes(3, 4), .. dat.Bytes(1, 4), .. dat.Bytes(0, 8)]));
        dat.Options.Add((7, "1000\0"u8.ToArray()));
        dat.Options.Add((1, "0x2\0"u8.ToArray()));
        dat.Page(0, dat.NewPage(100).Call(0, 0xffff1000, 0xffff2000));
        using var reader = dat.Open();
        Assert.Equal(100 * 3 / 2 + 1000 + 2000, CollectedCalls.Of(reader).List[0].Time);
        Assert.Equal(3150 / 1e9, reader.Info.FirstTimestamp);
    }

    [Fact]
    public void AGuestsClockIsMappedToItsHosts()
    {
        var dat = new DatBuilder();
        // One CPU, two corrections: 10 ahead at 0, 30 ahead at 100; interpolated.
        dat.Options.Add((12, [.. dat.Bytes(77, 8), .. dat.Bytes(1, 4), .. dat.Bytes(1, 4), .. dat.Bytes(2, 4),
            .. dat.Bytes(0, 8), .. dat.Bytes(100, 8), .. dat.Bytes(10, 8), .. dat.Bytes(30, 8), .. dat.Bytes(1, 8), .. dat.Bytes(1, 8)]));
        dat.Page(0, dat.NewPage(50).Call(0, 0xffff1000, 0xffff2000));
        using var reader = dat.Open();
        Assert.Equal(50 + 20, CollectedCalls.Of(reader).List[0].Time);
    }

    private static byte[] Body(bool bigEndian, int longSize)
        => [.. DatBuilder.Bytes(DatBuilder.Function, 2, bigEndian), 0, 0, .. DatBuilder.Bytes(7, 4, bigEndian), .. DatBuilder.Bytes(0xffff1000, longSize, bigEndian), .. DatBuilder.Bytes(0xffff1001, longSize, bigEndian)];
}
