using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Counting;

public class DurationTests
{
    public static TheoryData<long, long[]> Sums => new()
    {
        { CallRecord.NoDuration, [] },
        { CallRecord.NoDuration, [CallRecord.NoDuration, CallRecord.NoDuration] },
        { 0, [CallRecord.NoDuration, 0] },
        { 7, [7, CallRecord.NoDuration] },
        { 10, [3, CallRecord.NoDuration, 7] },
    };

    [Theory, MemberData(nameof(Sums))]
    public void UnknownDurationsAddNothing(long sum, long[] durations) => Assert.Equal(sum, CallGraph.Sum(durations));
}
