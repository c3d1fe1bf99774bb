using System.Text;
using System.Text.Json;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TraceDat;

/// <summary>The time of day is known where the recording contains how the trace clock relates to it.</summary>
public class WallTimeTests
{
    private static readonly DateTimeOffset Day = new(2026, 11, 29, 9, 30, 0, TimeSpan.Zero);

    private static readonly string Microseconds = $"0x{Day.ToUnixTimeMilliseconds() * 1000:x}";

    [Fact]
    public void TheDateOptionGivesTheTimeOfDay()
    {
        var (reader, calls) = Read((1, Microseconds));
        using (reader)
        {
            Assert.Equal(Day.AddTicks(50), reader.Info.StartTime);
            Assert.Equal(Day.AddTicks(50), new CallEvent(calls.Names.Context(), calls.List[0]).WallTime);
            // As in trace-cmd report, the timestamps are seconds of the Unix time.
            Assert.Equal(Day.ToUnixTimeSeconds(), (long)reader.Info.FirstTimestamp!.Value);
        }
    }

    [Fact]
    public void AnOffsetOfTheTimestampsDoesNotChangeTheTimeOfDay()
    {
        var (reader, _) = Read((1, Microseconds), (7, "3000000000"));
        using (reader) Assert.Equal(Day.AddTicks(50), reader.Info.StartTime);
    }

    [Fact]
    public void OwnRecordingsContainTheOffset()
    {
        var (reader, calls) = Read((0x4B03, $"{Day.ToUnixTimeMilliseconds()}000000"));
        using (reader)
        {
            Assert.Equal(Day.AddTicks(50), reader.Info.StartTime);
            Assert.Equal(5000, calls.List[0].Time);
        }
    }

    [Fact]
    public void WithoutAnOptionItIsUnknown()
    {
        var (reader, calls) = Read();
        using (reader)
        {
            Assert.Null(reader.Info.StartTime);
            Assert.Null(new CallEvent(calls.Names.Context(), calls.List[0]).WallTime);
        }
    }

    [Theory]
    [InlineData("0x7fffffffffffffff")]
    [InlineData("-9223372036854775808")]
    [InlineData("no number")]
    public void ImpossibleTimesAreUnknown(string date)
    {
        var (reader, _) = Read((0x4B03, date));
        using (reader) Assert.True(reader.Info.StartTime is null || reader.Info.StartTime.Value.Year < 2263);
    }

    [Fact]
    public void JsonHasTheTimeOfDay()
    {
        using var reader = Dat((1, Microseconds)).Open();
        using var json = new MemoryStream();
        var listing = new CallListing(json, ReportFormat.Json);
        reader.Read(listing);
        listing.Finish();
        using var parsed = JsonDocument.Parse(json.ToArray());
        Assert.Equal("2026-11-29T09:30:00.000005Z", parsed.RootElement[0].GetProperty("wallTime").GetString());
    }

    private static DatBuilder Dat(params (int Id, string Value)[] options)
    {
        var dat = new DatBuilder();
        foreach (var (id, value) in options) dat.Options.Add((id, Encoding.ASCII.GetBytes(value + "\0")));
        dat.Page(0, dat.NewPage(5000).Call(0, 0xffff1000, 0xffff3000));
        return dat;
    }

    private static (TraceReader Reader, CollectedCalls Calls) Read(params (int Id, string Value)[] options)
    {
        var reader = Dat(options).Open();
        return (reader, CollectedCalls.Of(reader));
    }
}
