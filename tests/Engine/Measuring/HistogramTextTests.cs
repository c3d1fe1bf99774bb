using KernelMagnifier.Latency;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Engine.Tests.Measuring;

/// <summary>The text of the kernel's histograms.</summary>
public sealed class HistogramTextTests
{
    private const string Powers = """
        # event histogram
        #
        # trigger info: hist:keys=lat.log2:vals=hitcount:sort=hitcount:size=2048 [active]
        #

        { lat: ~ 2^13 } hitcount:          2
        { lat: ~ 2^12 } hitcount:         40
        { lat: ~ 2^0  } hitcount:          1

        Totals:
            Hits: 43
            Entries: 3
            Dropped: 0
        """;

    private const string Parts = """
        # event histogram
        #
        # trigger info: hist:keys=lat.buckets=500:vals=hitcount:sort=hitcount:size=2048 if lat >= 0 && lat < 16000 [active]
        #

        { lat: ~ 500-999 } hitcount:          7
        { lat: ~ 15500-15999 } hitcount:          3

        Totals:
            Hits: 10
            Entries: 2
            Dropped: 5


        # event histogram
        #
        # trigger info: hist:keys=lat.log2:vals=hitcount:sort=hitcount:size=2048 if lat >= 16000 [active]
        #

        { lat: ~ 2^14 } hitcount:          9

        Totals:
            Hits: 9
            Entries: 1
            Dropped: 0
        """;

    [Fact]
    public void APowerStandsForWhatIsAboveThePowerBefore()
    {
        var text = HistogramText.Parse(Powers);
        Assert.Equal([new(0, 2, 1), new(2049, 4097, 40), new(4097, 8193, 2)], text.Ranges);
        Assert.Equal((43, 0), (text.Hits, text.Dropped));
    }

    [Fact]
    public void HistogramsOfPartsAreOne()
    {
        var text = HistogramText.Parse(Parts);
        Assert.Equal([new(500, 1000, 7), new(8193, 16385, 9), new(15500, 16000, 3)], text.Ranges);
        Assert.Equal((19, 5), (text.Hits, text.Dropped));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{ lat: ~ 2^99 } hitcount: 1")]
    [InlineData("{ lat: ~ 5-1 } hitcount: 1")]
    [InlineData("{ lat: ~ 1- } hitcount: 1")]
    [InlineData("{ lat } hitcount: 1")]
    [InlineData("} lat: 1-2 { hitcount: 1")]
    [InlineData("{ lat: ~ 1-2 } hitcount:")]
    public void WhatCannotBeReadIsNoRange(string line) => Assert.Empty(HistogramText.Parse(line).Ranges);
}
