using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>Listings of calls of which a recording does not contain everything.</summary>
public sealed class ListingTests
{
    private static string Timeless => SharedData.Local("cases/25-graph-no-times.txt");

    [Theory]
    [InlineData("Csv", "^,0,")]
    [InlineData("JsonLines", "^\\{\"time[a-z]*\":null,\"cpu\":0,")]
    [InlineData("Table", "^ {4}0 ")]
    public void AnUnknownTimeIsEmptyOrNull(string format, string pattern)
    {
        using var output = new MemoryStream();
        var listing = new CallListing(output, Enum.Parse<ReportFormat>(format));
        using var reader = TraceFile.Open(Timeless);
        reader.Read(listing);
        listing.Finish();
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n').Where(line => line.Contains("weft_", StringComparison.Ordinal)).ToList();
        Assert.Equal(2, lines.Count);
        Assert.All(lines, line => Assert.Matches(pattern, line));
    }

    /// <summary>A table has no column that no call has a value in, and shows durations and depths where they are known.</summary>
    [Theory]
    [InlineData("graph/fg-default.txt.zst", "CPU Depth Duration us Function <- Caller")]
    [InlineData("graph/fg-proc-abstime-tail.txt.zst", "Time CPU Comm Pid Depth Duration us Function <- Caller")]
    [InlineData("text/function-noparent.txt.zst", "Time CPU Comm Pid Context Function")]
    [InlineData("tcp-echo.trace.zst", "Time CPU Comm Pid Context Function <- Caller")]
    public void ATableHasTheColumnsThatAreKnown(string recording, string heading)
    {
        using var output = new MemoryStream();
        var listing = new CallListing(output, ReportFormat.Table, default, 5000);
        using var reader = TraceFile.Open(SharedData.Local(recording));
        reader.Read(listing);
        listing.Finish();
        var lines = Encoding.UTF8.GetString(output.ToArray()).Split('\n');
        Assert.Contains(heading, lines.Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
    }

    [Fact]
    public void AnUnknownTimeIsNullInACallEvent()
    {
        using var reader = TraceFile.Open(Timeless);
        var calls = new OrderedCalls();
        reader.Read(calls);
        Assert.All(calls.Calls, call => Assert.Null(new CallEvent(calls.Names.Context(), in call).Timestamp));
    }
}
