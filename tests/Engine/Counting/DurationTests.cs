using KernelMagnifier.Counting;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Counting;

public class DurationTests
{
    [Theory]
    [InlineData(CallRecord.NoDuration)]
    [InlineData(CallRecord.NoDuration, CallRecord.NoDuration, CallRecord.NoDuration)]
    [InlineData(0, CallRecord.NoDuration, 0)]
    [InlineData(7, 7, CallRecord.NoDuration)]
    [InlineData(10, 3, CallRecord.NoDuration, 7)]
    public void UnknownDurationsAddNothing(long sum, params long[] durations) => Assert.Equal(sum, CallGraph.Sum(durations));
}
