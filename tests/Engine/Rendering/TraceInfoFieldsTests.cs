using System.Text.Json;
using KernelMagnifier.Model;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Engine.Tests.Rendering;

/// <summary>The one list of fields of a recording, and the outputs that are made of it.</summary>
public sealed class TraceInfoFieldsTests
{
    private static TraceInfo Trace => new("some.dat")
    {
        Format = "trace.dat", FormatVersion = 7, Compression = "zstd", Tracer = "function", Clock = "local", KernelRelease = "6.1.0",
        BuildId = "ab12", Cpus = 2, Calls = 8_000, Events = 1_000, LostEvents = 1_000, LossBasis = LostEventsBasis.Data, OverwrittenEvents = 5, Latency = new TracerLatency(26_000, 1, 42, "bash", "f", "g"), NotPlaced = 4, NotParsed = 3,
        StartTime = new DateTimeOffset(2026, 11, 29, 9, 30, 0, TimeSpan.Zero), Instances = ["sched", "irqs"],
        FirstTime = 1_000_000_000, LastTime = 3_500_000_000, EventKinds = new Dictionary<string, long> { ["sched_switch"] = 1_000 },
        NotParsedKinds = new Dictionary<string, long> { ["no caller"] = 3 }, Warnings = ["half a page"],
    };

    [Fact]
    public void Every_property_with_one_value_is_a_field_of_its_name()
    {
        var properties = typeof(TraceInfo).GetProperties()
            .Where(p => p.PropertyType == typeof(string) || p.PropertyType.IsValueType)
            .Select(p => char.ToLowerInvariant(p.Name[0]) + p.Name[1..]);
        var fields = TraceInfoFields.Of(Trace);
        Assert.Equal(properties.Order(StringComparer.Ordinal), fields.Select(f => f.Name).Order(StringComparer.Ordinal));
        Assert.Equal(fields.Count, fields.Select(f => f.Heading).Distinct().Count());
        Assert.All(fields, f => Assert.NotEqual(ReportKind.None, f.Value.Kind));
    }

    [Fact]
    public void Every_output_has_the_fields()
    {
        var fields = TraceInfoFields.Of(Trace);
        using var json = JsonDocument.Parse(Write(ReportFormat.Json));
        foreach (var field in fields)
        {
            var value = json.RootElement.GetProperty(field.Name);
            Assert.Equal(field.Value.ToString(), value.ValueKind == JsonValueKind.String ? value.GetString() : value.GetRawText());
        }
        Assert.StartsWith(string.Join(',', fields.Select(f => f.Name)) + ",selectedCalls,", Write(ReportFormat.Csv), StringComparison.Ordinal);
        var text = Write(ReportFormat.Table).Split('\n');
        Assert.Equal("some.dat", text[0]);
        foreach (var field in fields.Where(f => !f.IsDetail).Skip(1)) Assert.Contains(text, l => l.StartsWith($"  {field.Heading,-20}", StringComparison.Ordinal));
        Assert.Contains("  Lost events         1,000 (10.00 % of all events)", text);
        Assert.Contains("  Start time          2026-11-29T09:30:00.000000Z", text);
        Assert.Contains("  Instances           sched, irqs", text);
        Assert.Equal(["sched", "irqs"], json.RootElement.GetProperty("instances").EnumerateArray().Select(i => i.GetString()));
        Assert.Contains("  Not parsed          3 (no caller: 3)", text);
        Assert.Contains("  Duration (s)        2.500000000", text);
    }

    [Fact]
    public void Losses_and_warnings_are_emphasized()
    {
        Assert.Equal(["lostEvents", "notParsed", "warning"], TraceInfoFields.WithWarnings(Trace).Where(f => f.IsWarning).Select(f => f.Name));
        Assert.DoesNotContain(TraceInfoFields.WithWarnings(new TraceInfo("x")), f => f.IsWarning);
    }

    [Fact]
    public void Nesting_of_no_calls_is_only_for_programs_and_whether_losses_are_a_minimum_is_known()
    {
        var fields = TraceInfoFields.Of(new TraceInfo("x") { Events = 7 });
        Assert.True(Assert.Single(fields, f => f.Name == "nesting").IsDetail);
        Assert.Equal("false", Assert.Single(fields, f => f.Name == "lostEventsIsMinimum").Value.ToString());
        Assert.False(Assert.Single(TraceInfoFields.Of(Trace), f => f.Name == "nesting").IsDetail);
    }

    private static string Write(ReportFormat format)
    {
        using var output = new MemoryStream();
        TraceInfoReport.Write([(Trace, new TraceSelection(8_000, 20, 30, 4))], format, output);
        return System.Text.Encoding.UTF8.GetString(output.ToArray());
    }
}
