using System.Text;
using KernelMagnifier.Logs;
using KernelMagnifier.Logs.Sinks;
using KernelMagnifier.Measuring;

namespace KernelMagnifier.Engine.Tests.Logs;

/// <summary>The messages of OTLP, read field by field by the numbers of opentelemetry-proto.</summary>
public sealed class OtlpMessageTests
{
    [Fact]
    public void PointsHaveTheTimesOfTheRecordAndTheNumbersOfTheLatency()
    {
        var record = SinkRecords.Make(3, comm: SinkRecords.Hostile, lengths: [100, 300, 1000, 1024, 70_000, 1L << 35]);
        var points = Metric(record, "kernel_magnifier.latency", out var metric)[10].Single().Fields;
        Assert.Equal("ns", metric[3].Single().Text);
        Assert.Equal(1UL, points[2].Single().Number);
        var point = points[1].Single().Fields;
        var start = (ulong)(SinkRecords.Start.AddHours(3).ToUnixTimeSeconds() * 1_000_000_000);
        Assert.Equal((start, start + 10_000_000_000), (point[2].Single().Number, point[3].Single().Number));
        Assert.Equal((6UL, (double)((1L << 35) + 72_424)), (point[4].Single().Number, point[5].Single().Double));
        Assert.Equal((3, 1UL), (Signed(point[6].Single().Number), point[7].Single().Number));
        Assert.Equal((100.0, (double)(1L << 35), 255.0), (point[12].Single().Double, point[13].Single().Double, point[14].Single().Double));
        var buckets = point[8].Single().Fields;
        var (offset, counts) = (Signed(buckets[1].Single().Number), Packed(buckets[2].Single().Bytes));
        Assert.Equal(5UL, counts.Aggregate((a, b) => a + b));
        // Each octave has eight ranges, and as many lengths as there are.
        foreach (var (octave, count) in new[] { (8, 1UL), (9, 1UL), (10, 1UL), (16, 1UL), (35, 1UL) })
            Assert.Equal(count, counts.Select((n, i) => (n, i)).Where(c => (c.i + offset) / 8 == octave).Aggregate(0UL, (sum, c) => sum + c.n));
        Assert.Equal(SinkRecords.Hostile.Replace('\ud800', '\uFFFD'), Attributes(point[1])["kernel_magnifier.name"]);
        Assert.Equal("42", Attributes(point[1])["process.pid"]);
    }

    [Fact]
    public void CountersAreSumsOfTheirOwnUnit()
    {
        var sum = Metric(SinkRecords.Make(1), "system.cpu.time", out var metric)[7].Single().Fields;
        Assert.Equal("s", metric[3].Single().Text);
        Assert.Equal((1UL, 1UL), (sum[2].Single().Number, sum[3].Single().Number));
        Assert.Equal(12.5, sum[1].Single().Fields[4].Single().Double);
        Assert.Equal(0.25, Metric(SinkRecords.Make(1), "system.linux.pressure", out _)[5].Single().Fields[1].Single().Fields[4].Single().Double);
        Assert.Equal(2, Metric(SinkRecords.Make(1), "kernel_magnifier.events.lost", out _)[7].Single().Fields[1].Single().Fields[4].Single().Double);
    }

    [Fact]
    public void TheResourceIsTheHost()
    {
        var resource = Attributes(Message(SinkRecords.Make(1))[1].Single().Fields[1].Single().Fields[1]);
        Assert.Equal(("db-1", new string('a', 32), "amd64", "kernel-magnifier"), (resource["host.name"], resource["host.id"], resource["host.arch"], resource["service.name"]));
    }

    [Fact]
    public void AnyBytesAreAReplyOrNone()
    {
        var dice = new Random(1);
        for (var i = 0; i < 100_000; i++)
        {
            var bytes = new byte[dice.Next(24)];
            dice.NextBytes(bytes);
            if (i % 2 == 0 && bytes.Length > 0) bytes[0] = 0x0A;
            _ = OtlpReply.Read(bytes);
        }
        Assert.Equal(new OtlpReply(300, "é"), OtlpReply.Read([0x0A, 7, 8, 0xAC, 2, 0x12, 2, 0xC3, 0xA9]));
        Assert.Null(OtlpReply.Read([0x0A, 9]));
    }

    internal static Dictionary<int, List<ProtoValue>> Message(Measurement record)
        => ProtoValue.Read(OtlpMessage.Of(record, MeasurementResource.Of(record)));

    private static Dictionary<int, List<ProtoValue>> Metric(Measurement record, string name, out Dictionary<int, List<ProtoValue>> metric)
        => metric = Message(record)[1].Single().Fields[2].Single().Fields[2].Select(m => m.Fields).Single(m => m[1].Single().Text == name);

    private static Dictionary<string, string> Attributes(List<ProtoValue> pairs)
        => pairs.ToDictionary(p => p.Fields[1].Single().Text, p => p.Fields[2].Single().Fields is var any && any.TryGetValue(1, out var text) ? text.Single().Text : $"{any[3].Single().Number}");

    private static int Signed(ulong zigzag) => (int)(zigzag >> 1) ^ -(int)(zigzag & 1);

    private static List<ulong> Packed(byte[] bytes)
    {
        var (numbers, shift, value) = (new List<ulong>(), 0, 0UL);
        foreach (var b in bytes)
        {
            value |= (ulong)(b & 0x7F) << shift;
            shift += 7;
            if (b >= 0x80) continue;
            numbers.Add(value);
            (shift, value) = (0, 0);
        }
        return numbers;
    }

    internal sealed record ProtoValue(int Wire, ulong Number, byte[] Bytes)
    {
        public double Double => BitConverter.UInt64BitsToDouble(Number);

        public string Text => new UTF8Encoding(false, true).GetString(Bytes);

        public Dictionary<int, List<ProtoValue>> Fields => Read(Bytes);

        public static Dictionary<int, List<ProtoValue>> Read(byte[] bytes)
        {
            var (fields, at) = (new Dictionary<int, List<ProtoValue>>(), 0);
            while (at < bytes.Length)
            {
                var tag = Varint();
                var value = (int)(tag & 7) switch
                {
                    0 => new ProtoValue(0, Varint(), []),
                    1 => new ProtoValue(1, BitConverter.ToUInt64(bytes, (at += 8) - 8), []),
                    2 => Take((int)Varint()),
                    var other => throw new FormatException($"Wire type {other}."),
                };
                if (!fields.TryGetValue((int)(tag >> 3), out var same)) fields.Add((int)(tag >> 3), same = []);
                same.Add(value);
            }
            return fields;

            ProtoValue Take(int length) => new(2, 0, bytes[at..(at += length)]);

            ulong Varint()
            {
                var value = 0UL;
                for (var shift = 0; ; shift += 7)
                {
                    var b = bytes[at++];
                    value |= (ulong)(b & 0x7F) << shift;
                    if (b < 0x80) return value;
                }
            }
        }
    }
}
