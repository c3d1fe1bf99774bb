using System.Text;
using System.Text.Json;
using KernelMagnifier.Lab;

namespace KernelMagnifier.Engine.Tests.Lab;

/// <summary>The noise of CPUs.</summary>
public sealed class SpinLoopTests
{
    [Fact]
    public void EachCpuIsMeasured()
    {
        var rows = SpinLoop.Measure(TimeSpan.FromMilliseconds(200), default);
        Assert.NotEmpty(rows);
        Assert.Equal(rows.Count, rows.Select(row => row.Cpu).Distinct().Count());
        Assert.All(rows, row =>
        {
            Assert.True(row.Duration >= TimeSpan.FromMilliseconds(199));
            Assert.InRange(row.NoisePercent, 0, 100);
            Assert.True((row.Count > 0) == row.MaxNanoseconds is not null);
            Assert.True(row.MaxNanoseconds is null or >= SpinLoop.Threshold);
            Assert.True(row.P50Nanoseconds is null || (row.P50Nanoseconds <= row.P99Nanoseconds && row.P99Nanoseconds <= row.MaxNanoseconds));
        });
    }

    [Fact]
    public void RowsComeBackFromJson()
    {
        LabNoise[] rows = [new() { Cpu = 1, Method = "SpinLoop", Duration = TimeSpan.FromSeconds(2), ThresholdNanoseconds = 10_000, Count = 3, NoisePercent = 1.5,
            P50Nanoseconds = 11_000, P99Nanoseconds = 12_000, MaxNanoseconds = 12_000 }, new() { Cpu = 2, Method = "SpinLoop" }];
        var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes)) LabNoiseText.Write(json, rows);
        var copies = LabNoiseText.Parse(Encoding.UTF8.GetString(bytes.ToArray()), "Emulated", "note")!;
        Assert.Equal(rows.Select(row => row with { Accelerator = "Emulated", Note = "note" }), copies);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("[{\"cpu\":\"x\"}]")]
    [InlineData("[{\"cpu\":99999999999}]")]
    public void WhatAGuestPrintsMayBeAnything(string text) => Assert.Null(LabNoiseText.Parse(text, "Kvm", null));
}
