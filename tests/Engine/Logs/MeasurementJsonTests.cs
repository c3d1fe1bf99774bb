using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Logs;
using KernelMagnifier.Measuring;
using KernelMagnifier.Probes.Results;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Records as lines of JSON, and back.</summary>
public sealed class MeasurementJsonTests
{
    [Fact]
    public void RandomRecordsComeBackEqual()
    {
        var random = new Random(19);
        for (var i = 0; i < 500; i++)
        {
            var record = MadeUpMeasurements.Random(random);
            var line = MeasurementJson.ToLine(record);
            Assert.DoesNotContain(line, b => b is < 0x20 or > 0x7E);
            AssertEqual(record, Read(line));
            Assert.Equal(line, MeasurementJson.ToLine(Read(line)));
        }
    }

    [Theory]
    [InlineData(LatencyGrouping.None)]
    [InlineData(LatencyGrouping.Key)]
    [InlineData(LatencyGrouping.Task | LatencyGrouping.Cpu)]
    public void LatenciesOfARecordingComeBackEqual(LatencyGrouping by)
    {
        var latencies = MadeUpMeasurements.OfRecording(Recording, by);
        Assert.NotEmpty(latencies);
        AssertEqual(MadeUpMeasurements.Empty() with { Latencies = latencies }, Read(MeasurementJson.ToLine(MadeUpMeasurements.Empty() with { Latencies = latencies })));
    }

    [Fact]
    public void ResultsOfProbesComeBackEqual()
    {
        var results = new List<ProbeResult>();
        foreach (var file in Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "tests/data/probes"), "*.json")) ProbeLog.Read(file, null, results.Add, default);
        Assert.True(results.Count > 20);
        var record = MadeUpMeasurements.Empty() with { Results = results };
        var line = MeasurementJson.ToLine(record);
        Assert.Equal(results.Select(result => result.ToString()), Read(line).Results.Select(result => result.ToString()));
        Assert.Equal(line, MeasurementJson.ToLine(Read(line)));
    }

    [Fact]
    public void MembersOfANewerVersionAreIgnored()
    {
        var json = JsonNode.Parse(MeasurementJson.ToLine(MadeUpMeasurements.Empty() with { Latencies = [MadeUpMeasurements.Of(new(IntervalKind.Irq, null, null, null, null, null, null, default, null), [5], false)] }))!;
        (json["schemaVersion"], json["later"], json["resource"]!["later"]) = ("1.7", JsonNode.Parse("[{}]"), true);
        var unknown = json["latencies"]![0]!.DeepClone();
        unknown["kind"] = "Later";
        json["latencies"]!.AsArray().Add(unknown);
        var record = Read(Encoding.UTF8.GetBytes(json.ToJsonString()));
        Assert.Equal("Irq", Assert.Single(record.Latencies).Kind);
        Assert.Equal("Latencies of unknown kinds were left out: Later.", Assert.Single(record.Warnings));
    }

    [Theory]
    [InlineData("""{"schemaVersion":"2.0"}""", "'schemaVersion' of the record is 2.0")]
    [InlineData("""{"a":1}""", "The record has no 'schemaVersion'.")]
    [InlineData("[]", "The record is no object.")]
    [InlineData("{", "It is not JSON")]
    [InlineData("""{"schemaVersion":"1.0","schemaVersion":"1.0"}""", "has a member twice")]
    [InlineData("""{"schemaVersion":"\ud800"}""", "A text is not Unicode.")]
    public void OtherLinesHaveAProblem(string line, string problem)
    {
        var (record, found) = MeasurementJson.Read(Encoding.UTF8.GetBytes(line));
        Assert.Null(record);
        Assert.StartsWith(problem.Split(' ')[0] is "'schemaVersion'" ? "'schemaVersion' of the record is not 1.x" : "", found, StringComparison.Ordinal);
        if (!problem.StartsWith('\'')) Assert.Contains(problem, found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("id", "\"x\"")]
    [InlineData("status", "\"Done\"")]
    [InlineData("timestamp", "\"2026-11-30\"")]
    [InlineData("request", "null")]
    [InlineData("durationNanoseconds", "-1")]
    [InlineData("events", "1.5")]
    [InlineData("events", "1e999")]
    [InlineData("warnings", "[1]")]
    [InlineData("latencies.0.histogram", "[[0,256,2],[128,512,1]]")]
    [InlineData("latencies.0.histogram", "[[256,256,3]]")]
    [InlineData("latencies.0.histogram", "[[-1,256,3]]")]
    [InlineData("latencies.0.histogram", "[[0,null,1],[5,6,2]]")]
    [InlineData("latencies.0.histogram", "[[0,256,2]]")]
    [InlineData("latencies.0.histogram", "[[0,256,9223372036854775807]]")]
    [InlineData("latencies.0.count", "99999999999999999")]
    [InlineData("latencies.0.percentiles", "[]")]
    [InlineData("latencies.0.percentiles.1.nanoseconds", "1")]
    [InlineData("latencies.0.percentiles.3.nanoseconds", "31")]
    [InlineData("latencies.0.percentiles.0.lowNanoseconds", "10")]
    [InlineData("latencies.0.maxNanoseconds", "9")]
    [InlineData("latencies.0.meanNanoseconds", "-1")]
    [InlineData("latencies.0.unit", "\"Seconds\"")]
    [InlineData("latencies.0.account", "{\"starts\":-1}")]
    [InlineData("counters", "[{\"name\":\"a\"}]")]
    [InlineData("results", "[{\"kind\":\"None\"}]")]
    [InlineData("cost", "{\"cpuNanoseconds\":\"1\"}")]
    [InlineData("resource", "[]")]
    [InlineData("schedule", "{\"sequence\":0}")]
    public void ADamagedMemberIsAProblem(string path, string value)
    {
        var latency = MadeUpMeasurements.Of(new(IntervalKind.Irq, null, null, null, null, null, null, default, null), [10, 20, 30], false);
        var json = JsonNode.Parse(MeasurementJson.ToLine(MadeUpMeasurements.Empty() with { Latencies = [latency] }))!;
        Assert.Null(MeasurementJson.Read(Encoding.UTF8.GetBytes(json.ToJsonString())).Problem);
        var names = path.Split('.');
        var at = json;
        foreach (var name in names[..^1]) at = int.TryParse(name, out var index) ? at[index]! : at[name]!;
        var text = json.ToJsonString();
        at[names[^1]] = value == "1e999" ? JsonNode.Parse("\"@\"") : JsonNode.Parse(value);
        text = json.ToJsonString().Replace("\"@\"", "1e999", StringComparison.Ordinal);
        var (record, problem) = MeasurementJson.Read(Encoding.UTF8.GetBytes(text));
        Assert.Null(record);
        Assert.EndsWith(".", problem, StringComparison.Ordinal);
    }

    [Fact]
    public void DeepAndLongLinesAreProblems()
    {
        Assert.Contains("nested too deep", MeasurementJson.Read(Encoding.UTF8.GetBytes("{\"a\":" + new string('[', 100_000))).Problem, StringComparison.Ordinal);
        Assert.Contains("longer than 8 MiB", MeasurementJson.Read(new byte[MeasurementJson.LongestLine + 1]).Problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("x86_64", "amd64")]
    [InlineData("aarch64", "arm64")]
    [InlineData("armv6l", "arm32")]
    [InlineData("riscv64", "riscv64")]
    [InlineData("ppc64", "ppc64")]
    [InlineData("amd64", "amd64")]
    public void MachinesHaveTheNamesOfOpenTelemetryAndComeBack(string machine, string architecture)
    {
        var line = MeasurementJson.ToLine(MadeUpMeasurements.Empty() with { Machine = machine });
        using var json = JsonDocument.Parse(line);
        Assert.Equal(architecture, json.RootElement.GetProperty("resource").GetProperty("host.arch").GetString());
        Assert.Equal(machine, Read(line).Machine);
    }

    [Fact]
    public void ANumberThatIsNoneIsUnknown()
    {
        var counter = new MeasuredCounter { Name = "a", Unit = "1", Value = double.PositiveInfinity };
        Assert.True(double.IsNaN(Assert.Single(Read(MeasurementJson.ToLine(MadeUpMeasurements.Empty() with { Counters = [counter] })).Counters).Value));
    }

    private static string Recording => Path.Combine(SharedData.RepositoryRoot, "tests/data/latency/sched.txt.zst");

    private static Measurement Read(byte[] line)
    {
        var (record, problem) = MeasurementJson.Read(line);
        Assert.Null(problem);
        return record!;
    }

    private static void AssertEqual(Measurement expected, Measurement actual)
    {
        Assert.Equal(expected.Latencies.Select(MadeUpMeasurements.Numbers), actual.Latencies.Select(MadeUpMeasurements.Numbers));
        Assert.Equal(expected.Counters.Select(one => $"{one} {one.Value:R} {one.IsGauge}"), actual.Counters.Select(one => $"{one} {one.Value:R} {one.IsGauge}"));
        Assert.Equal(expected.Warnings, actual.Warnings);
        Assert.Equal((expected.Request.Preset, expected.Request.Kind, expected.Request.By), (actual.Request.Preset, actual.Request.Kind, actual.Request.By), new Lists());
        Assert.Equal(expected.Request.Parameter, actual.Request.Parameter);
        Measurement Rest(Measurement one) => one with
        {
            Latencies = [], Counters = [], Results = [], Warnings = [], Request = one.Request with { Preset = [], Kind = [], By = [], Parameter = NoTable },
        };
        Assert.Equal(Rest(expected), Rest(actual));
    }

    private static readonly Dictionary<string, string> NoTable = [];

    private sealed class Lists : IEqualityComparer<(IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>)>
    {
        public bool Equals((IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>) x, (IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>) y)
            => x.Item1.SequenceEqual(y.Item1) && x.Item2.SequenceEqual(y.Item2) && x.Item3.SequenceEqual(y.Item3);

        public int GetHashCode((IReadOnlyList<string>, IReadOnlyList<string>, IReadOnlyList<string>) of) => 0;
    }
}
