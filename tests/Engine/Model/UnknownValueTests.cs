using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Selection;

namespace KernelMagnifier.Engine.Tests.Model;

/// <summary>What a recording does not contain is null in every form: never 0, -1 or an empty text.</summary>
public class UnknownValueTests
{
    private static readonly CallGrouping Everything =
        CallGrouping.Edge | CallGrouping.Task | CallGrouping.Context | CallGrouping.Cpu;

    [Fact]
    public void Objects_have_null()
    {
        var call = Nothing();
        Assert.Null(call.Timestamp);
        Assert.Null(call.Cpu);
        Assert.Null(call.ProcessId);
        Assert.Null(call.ThreadGroupId);
        Assert.Null(call.Comm);
        Assert.Null(call.Context);
        Assert.Null(call.Caller);
        Assert.Null(call.Duration);
        Assert.Null(call.Depth);
        Assert.Equal("tcp_ack", call.Function);

        var collector = new CallCollector(Everything);
        collector.Add(call);
        var count = Assert.Single(collector.Counts());
        Assert.Equal((1, "tcp_ack", null), (count.Calls, count.Function, count.Caller));
        Assert.Equal((null, null, null, null), (count.Comm, count.ProcessId, count.Context, count.Cpu));
        Assert.Equal("tcp_ack · from (not traced) · unknown task · unknown context · unknown CPU", CallCountChart.Name(count));
        Assert.Null(Assert.Single(collector.ToGraph().Edges).Caller);
    }

    [Theory]
    [InlineData(nameof(ReportFormat.Json)), InlineData(nameof(ReportFormat.JsonLines))]
    public void Json_has_null(string format)
    {
        var json = Listing(Nothing(), Enum.Parse<ReportFormat>(format));
        foreach (var name in new[] { "cpu", "comm", "context", "caller", "duration", "depth" })
            Assert.Contains($"\"{name}\":null", json, StringComparison.Ordinal);
        Assert.Contains("\"function\":\"tcp_ack\"", json, StringComparison.Ordinal);
        Assert.DoesNotContain("\"\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Csv_has_empty_fields()
    {
        var lines = Listing(Nothing(), ReportFormat.Csv).Split("\r\n");
        var row = lines[0].Split(',').Zip(lines[1].Split(',')).ToDictionary();
        Assert.Equal("tcp_ack", row["function"]);
        Assert.All(row.Where(field => field.Key is not ("function" or "nesting")), field => Assert.Equal("", field.Value));
    }

    [Theory]
    [InlineData(null, 1e9), InlineData(-1e9, null), InlineData(0.0, 0.0)]
    public void A_call_without_a_time_is_outside_every_span(double? since, double? until)
    {
        var call = Nothing();
        Assert.False(new CallPredicate(new CallFilter { Since = since, Until = until }, null, call.Origin).Matches(in call.Record));
        Assert.True(new CallPredicate(new CallFilter(), null, call.Origin).Matches(in call.Record));
    }

    /// <summary>A call of which only the function is known.</summary>
    private static CallEvent Nothing()
    {
        var context = new TraceContext(new TraceSource(""), new CallNames());
        var record = new CallRecord
        {
            Time = CallRecord.NoTime, Duration = CallRecord.NoDuration, SelfDuration = CallRecord.NoDuration,
            Function = context.Names.Function("tcp_ack", null), Cpu = -1, Depth = CallRecord.NoDepth,
        };
        return new CallEvent(context, in record);
    }

    private static string Listing(CallEvent call, ReportFormat format)
    {
        using var output = new MemoryStream();
        var listing = new CallListing(output, format);
        listing.Begin(call.Origin);
        listing.Accept([call.Record]);
        listing.Finish();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
