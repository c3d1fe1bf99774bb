using System.IO.Compression;
using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Sinks;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>The settings of OpenTelemetry's exporters, which are variables of the environment.</summary>
public sealed class OtlpSettingsTests
{
    [Theory]
    [InlineData("", "gzip", "/v1/metrics")]
    [InlineData("", null, "/v1/metrics")]
    [InlineData("/tenant/a", "gzip", "/tenant/a")]
    public void HeadersCompressionAndPathAreThoseThatAreSet(string path, string? compression, string expected)
    {
        var (head, body) = ("", Array.Empty<byte>());
        using var receiver = new TestReceiver(connection =>
        {
            (head, body) = TestReceiver.ReadRequest(connection);
            TestReceiver.Answer(connection, "200 OK");
        });
        var record = SinkRecords.Make();
        var settings = new Dictionary<string, string?>
        {
            ["OTEL_EXPORTER_OTLP_HEADERS"] = "authorization=Bearer%20s3cret%3D%2C, x-tenant=a=b,broken,=nameless,"
                + "x-split=1%0D%0Ax-injected:%202",
            ["OTEL_EXPORTER_OTLP_COMPRESSION"] = compression,
        };
        var target = LogTarget.Parse($"otlp+http://127.0.0.1:{receiver.Port}{path}");
        var sink = new OtlpSink(target.Address, MeasurementResource.Of, name => settings.GetValueOrDefault(name));
        using var deadline = new Deadline(TimeSpan.FromSeconds(30), default);
        Assert.Equal(new SendResult(SendOutcome.Delivered, null), sink.Send(SinkRecords.Sent(record), deadline));
        Assert.StartsWith($"POST {expected} HTTP/1.1\r\n", head, StringComparison.Ordinal);
        var headers = head.Split("\r\n").Skip(1).Select(line => line.Split(": ", 2))
            .ToLookup(h => h[0].ToLowerInvariant(), h => h[1]);
        Assert.Equal(["a=b"], headers["x-tenant"]);
        Assert.Equal(["Bearer s3cret=,"], headers["authorization"]);
        Assert.Equal(["application/x-protobuf"], headers["content-type"]);
        Assert.Equal(compression is null ? [] : [compression], headers["content-encoding"]);
        Assert.Equal(OtlpMessage.Of(record, MeasurementResource.Of(record)), compression is null ? body : Unzipped(body));
        // A value cannot end its line.
        Assert.Equal(["1 x-injected: 2"], headers["x-split"]);
        Assert.Empty(headers["x-injected"]);
    }

    private static byte[] Unzipped(byte[] body)
    {
        using var plain = new MemoryStream();
        using (var gzip = new GZipStream(new MemoryStream(body), CompressionMode.Decompress)) gzip.CopyTo(plain);
        return plain.ToArray();
    }
}
