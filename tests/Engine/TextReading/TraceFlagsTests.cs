using System.Text;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.TextReading;

public class TraceFlagsTests
{
    /// <summary>Bits as in include/linux/trace_events.h; letters as trace_print_lat_fmt prints them.</summary>
    [Theory]
    [InlineData(0x00, '.', ExecutionContext.Task)]
    [InlineData(0x10, 's', ExecutionContext.SoftIrq)]
    [InlineData(0x08, 'h', ExecutionContext.HardIrq)]
    [InlineData(0x18, 'H', ExecutionContext.HardIrq)]
    [InlineData(0x40, 'z', ExecutionContext.Nmi)]
    [InlineData(0x48, 'Z', ExecutionContext.Nmi)]
    public void BitsAndLettersGiveTheSameContext(int bits, char letter, ExecutionContext context)
    {
        Assert.Equal(context, TraceFlags.Context(bits));
        // TRACE_FLAG_IRQS_OFF, NEED_RESCHED and PREEMPT_RESCHED do not change the context.
        Assert.Equal(context, TraceFlags.Context(bits | 0x01 | 0x04 | 0x20));
        Assert.Equal(context, TraceFlags.ContextOfLetter((byte)letter));
        foreach (var before in new[] { "..", "dN", "Dn", "dp", "dB", "bL", "dl" })
            foreach (var after in new[] { "..", "1.", "af", "2", "" })
                Assert.Equal(context, TraceFlags.ContextOfLetters(Encoding.ASCII.GetBytes($"{before}{letter}{after}")));
    }

    [Fact]
    public void OtherLettersAreNotAContext()
    {
        for (var letter = 0; letter < 256; letter++)
            if (!".shHzZ".Contains((char)letter, StringComparison.Ordinal))
                Assert.Equal(ExecutionContext.Unknown, TraceFlags.ContextOfLetter((byte)letter));
    }
}
