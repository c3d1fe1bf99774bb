using KernelMagnifier.Comparison.Assertions;

namespace KernelMagnifier.Engine.Tests.Fidelities;

/// <summary>Claims in one line.</summary>
public class LatencyClaimTests
{
    [Theory]
    [InlineData("Wakeup@periodic P99 < 5ms", "Wakeup@periodic P99 < 5ms")]
    [InlineData("  wakeup   p99<5ms ", "Wakeup P99 < 5ms")]
    [InlineData("Syscall max >= 1.5s", "Syscall Max >= 1500ms")]
    [InlineData("OnCpu@\"Web Content\" Mean <= 200us", "OnCpu@\"Web Content\" Mean <= 200us")]
    [InlineData("OnCpu@\"a\"\"b\" P50 > 1ns", "OnCpu@\"a\"\"b\" P50 > 1ns")]
    [InlineData("OnCpu@\"plain\" P50 > 1ns", "OnCpu@plain P50 > 1ns")]
    [InlineData("Wakeup@a@b<c P999 < 2", "Wakeup@a@b<c P999 < 2s")]
    public void ItIsReadAndWritten(string text, string expected)
    {
        var claim = LatencyClaim.Parse(text);
        Assert.Equal(expected, claim.ToString());
        Assert.Equal(claim, LatencyClaim.Parse(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("Wakeup")]
    [InlineData("Wakeup P99")]
    [InlineData("Wakeup P99 5ms")]
    [InlineData("Wakeup P98 < 5ms")]
    [InlineData("Wake P99 < 5ms")]
    [InlineData("Wakeup@ P99 < 5ms")]
    [InlineData("Wakeup@\"\" P99 < 5ms")]
    [InlineData("Wakeup@\"a P99 < 5ms")]
    [InlineData("Wakeup@\"a\"P99 < 5ms")]
    [InlineData("Wakeup@a\"b P99 < 5ms")]
    [InlineData("Wakeup P99 < 5 parsecs")]
    [InlineData("Wakeup P99 < -5ms")]
    [InlineData("Wakeup P99 < 5ms extra")]
    [InlineData("Wakeup P99 << 5ms")]
    [InlineData("Wakeup P99 = 5ms")]
    [InlineData("Wakeup 0 < 5ms")]
    [InlineData("0 P99 < 5ms")]
    [InlineData("Wakeup@a\u001b[31m P99 < 5ms")]
    [InlineData("Wakeup@a\nb P99 < 5ms")]
    public void WhatIsNoneIsRefused(string text)
        => Assert.Equal(ErrorCode.BadRequest, Assert.Throws<KernelMagnifierException>(() => LatencyClaim.Parse(text)).Code);

    [Fact]
    public void AnyTextIsReadOrRefusedAndWhatIsReadComesBack()
    {
        var random = new Random(5);
        string[] parts = ["Wakeup", "@", "\"", " ", "P99", "Max", "<", ">=", "=", "5", "ms", "s", "\u202e", "a", "\\", "*", "[", "\0", "99999999999999999999"];
        var read = 0;
        for (var i = 0; i < 20_000; i++)
        {
            var text = (i % 2 == 0 ? "Wakeup@" : "Wakeup ") + string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => parts[random.Next(parts.Length)]))
                + (i % 3 == 0 ? " P99 < 5ms" : "");
            try
            {
                var claim = LatencyClaim.Parse(text);
                Assert.Equal(claim, LatencyClaim.Parse(claim.ToString()));
                read++;
            }
            catch (KernelMagnifierException error)
            {
                Assert.Equal(ErrorCode.BadRequest, error.Code);
                Assert.DoesNotContain('\0', error.Message);
            }
        }
        Assert.InRange(read, 100, 19_000);
    }
}
