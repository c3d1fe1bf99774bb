using KernelMagnifier.Counting;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>Number, order and content of the calls equal the output of <c>trace-cmd report</c>.</summary>
public class OracleTests
{
    public static TheoryData<string> Small => [.. Oracle.All.Where(o => File.Exists(SharedData.Local($"trace-dat/{o.File}"))).Select(o => o.File)];

    public static TheoryData<string> Large => [.. Oracle.All.Where(o => !File.Exists(SharedData.Local($"trace-dat/{o.File}"))).Select(o => o.File)];

    [Theory]
    [MemberData(nameof(Small))]
    public void SmallRecordingsEqualTraceCmdReport(string file) => AreEqual(SharedData.Local($"trace-dat/{file}"), Oracle.Of(file));

    [SharedDataTheory]
    [MemberData(nameof(Large))]
    public void LargeRecordingsEqualTraceCmdReport(string file)
    {
        var plain = SharedData.Shared($"dat/{file}");
        AreEqual(File.Exists(plain) ? plain : $"{plain}.zst", Oracle.Of(file));
    }

    private static void AreEqual(string path, Oracle expected)
    {
        using var reader = TraceFile.Open(path);
        var withComm = expected.HashWithComm.Length > 0;
        var text = new CallText(withComm);
        reader.Read(text);
        Assert.Equal(expected.Calls, text.Calls);
        Assert.Equal(withComm ? expected.HashWithComm : expected.Hash, text.Hash);
        // The kernel's own count includes losses that trace-cmd report does not print.
        var lost = reader.Info.LostEvents;
        Assert.True(lost >= expected.Lost, $"{lost} are lost, of which trace-cmd report prints {expected.Lost}");
        Assert.Equal(lost, reader.Info.PerCpu.Sum(c => c.LostEvents));
        Assert.Equal(expected.Calls, reader.Info.Calls);
        Assert.Equal(0, reader.Info.NotParsed);

        // In any order, on several threads: the same calls and totals.
        var tally = new CallTally(CallGrouping.Edge);
        reader.Read(tally);
        Assert.Equal(expected.Calls, tally.Calls);
        Assert.Equal(expected.Calls, tally.ToGraph().Edges.Sum(e => e.Count));
        Assert.Equal(lost, reader.Info.LostEvents);
        Assert.Equal(expected.Calls, reader.Info.Calls);
    }
}
