using System.Diagnostics.Metrics;
using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Sinks;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using ProtoValue = KernelMagnifier.Engine.Tests.Logs.OtlpMessageTests.ProtoValue;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>Our message has the fields, and the types of them, that OpenTelemetry's own library writes.</summary>
public sealed class OtlpOracleTests
{
    [Fact]
    public void FieldsAreThoseOfTheLibrary()
    {
        var theirs = new List<byte[]>();
        using var receiver = new TestReceiver(connection =>
        {
            lock (theirs) theirs.Add(TestReceiver.ReadRequest(connection).Body);
            TestReceiver.Answer(connection, "200 OK");
        });
        using (var meter = new Meter("kernel-magnifier", "1.2.3"))
        using (var provider = Sdk.CreateMeterProviderBuilder().AddMeter(meter.Name)
            .ConfigureResource(resource => resource.AddAttributes([new("host.cpu.count", 4L)]))
            .AddView("latency", new Base2ExponentialBucketHistogramConfiguration())
            .AddOtlpExporter((o, r) =>
            {
                o.Endpoint = new Uri($"http://127.0.0.1:{receiver.Port}/v1/metrics");
                o.Protocol = OtlpExportProtocol.HttpProtobuf;
                r.TemporalityPreference = MetricReaderTemporalityPreference.Delta;
                r.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = 600_000;
            }).Build())
        {
            var histogram = meter.CreateHistogram<double>("latency", "ns", "Lengths.");
            foreach (var length in (double[])[0, 300, 1000, 70_000]) histogram.Record(length, new KeyValuePair<string, object?>("kind", "Wakeup"), new("process.pid", 42L));
            meter.CreateCounter<double>("system.cpu.time", "s", "CPU.").Add(12.5, new KeyValuePair<string, object?>("cpu.mode", "user"));
            meter.CreateObservableGauge("g", () => new System.Diagnostics.Metrics.Measurement<double>(0.25, new KeyValuePair<string, object?>("cpu.mode", "user")), "1", "Gauge.");
            provider.ForceFlush();
        }
        var known = new SortedSet<string>();
        foreach (var message in theirs) Paths(message, "", known);
        var ours = new SortedSet<string>();
        var record = SinkRecords.Make(1);
        Paths(OtlpMessage.Of(record, MeasurementResource.Of(record)), "", ours);
        ours.ExceptWith(known);
        // zero_threshold, which the library does not need: its zero bucket has zeros only.
        Assert.Equal(["1.2.2.10.1.14 wire 1"], ours);
    }

    private static readonly HashSet<string> Messages =
    [
        "1", "1.1", "1.1.1", "1.1.1.2", "1.2", "1.2.1", "1.2.2", "1.2.2.5", "1.2.2.5.1", "1.2.2.5.1.7", "1.2.2.5.1.7.2", "1.2.2.7", "1.2.2.7.1", "1.2.2.7.1.7", "1.2.2.7.1.7.2",
        "1.2.2.10", "1.2.2.10.1", "1.2.2.10.1.1", "1.2.2.10.1.1.2", "1.2.2.10.1.8",
    ];

    private static void Paths(byte[] message, string prefix, SortedSet<string> into)
    {
        foreach (var (field, values) in ProtoValue.Read(message))
            foreach (var value in values)
            {
                var path = prefix.Length == 0 ? $"{field}" : $"{prefix}.{field}";
                into.Add($"{path} wire {value.Wire}");
                if (Messages.Contains(path)) Paths(value.Bytes, path, into);
            }
    }
}
