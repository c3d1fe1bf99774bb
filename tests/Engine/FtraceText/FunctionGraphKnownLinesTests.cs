using System.Globalization;
using System.Runtime.Intrinsics;
using System.Text;
using KernelMagnifier.Model;
using KernelMagnifier.Traces.FtraceText;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.FtraceText;

/// <summary>
/// <see cref="FunctionGraphKnownLines"/> reads a line only if <see cref="FunctionGraphLineParser"/> reads it, too, and then both
/// find the same.
/// </summary>
public sealed class FunctionGraphKnownLinesTests
{
    public static TheoryData<string> LocalFiles => GraphTextTests.LocalFiles;

    [Theory]
    [MemberData(nameof(LocalFiles))]
    public void LinesOfExcerptsAreReadAsTheParserReadsThem(string name)
        => Compare(TestRecording.Bytes(Path.Combine(SharedData.Local("graph"), name)));

    [SharedDataTheory]
    [InlineData("graph/fg-medium-proc-abstime.txt.zst", 0.9)]
    public void MostLinesOfARecordingAreKnown(string name, double share)
    {
        var (known, lines) = Compare(TestRecording.Bytes(SharedData.Shared(name)).AsSpan(0, 20_000_000).ToArray());
        AssertMore(known, lines * share);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void DamagedLinesAreReadAsTheParserReadsThem(int seed)
    {
        var random = new Random(seed);
        ReadOnlySpan<byte> bytes = " \n\r\0.|0189:)(};{}/*<-=+us\tz\u00e9"u8;
        foreach (var name in new[] { "fg-proc-abstime-tail.txt.zst", "fg-default.txt.zst" })
        {
            var text = TestRecording.Bytes(Path.Combine(SharedData.Local("graph"), name));
            var known = 0;
            for (var round = 0; round < 4; round++)
            {
                var damaged = (byte[])text.Clone();
                for (var i = 0; i < damaged.Length / 300; i++)
                    damaged[random.Next(damaged.Length)] = bytes[random.Next(bytes.Length)];
                known += Compare(damaged).Known;
            }
            AssertMore(known, 0);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    public void MadeUpLinesAreReadAsTheParserReadsThem(int seed)
    {
        var random = new Random(seed);
        var text = new StringBuilder();
        var seconds = 1L;
        for (var line = 0; line < 20_000; line++)
        {
            if (random.Next(50) == 0) seconds = random.NextInt64(1, 20_000_000);
            var task = random.Next(20) == 0 ? " kworker/11:1-12345 "
                : random.Next(2) == 0 ? "  python3-151   " : "    <idle>-0    ";
            text.Append(CultureInfo.InvariantCulture, $"{seconds,5}.{random.Next(1_000_000):D6} |  {random.Next(12),2}) {task}| ")
                .Append(Duration(random)).Append("|  ").Append(' ', random.Next(80)).Append(Call(random)).Append('\n');
        }
        var (known, lines) = Compare(Encoding.ASCII.GetBytes(text.ToString()));
        AssertMore(known, lines * 0.01);
    }

    // The kernel prints at most seven digits.
    private static string Duration(Random random)
    {
        if (random.Next(3) == 0) return new string(' ', 14);
        var duration = (double)random.NextInt64(0, 1L << random.Next(1, 50)) / 1000;
        var digits = duration >= 1e6 ? "0" : duration >= 1e5 ? "0.0" : duration >= 1e4 ? "0.00" : "0.000";
        return "  " + (duration.ToString(digits, CultureInfo.InvariantCulture) + " us ").PadRight(12);
    }

    private static string Call(Random random)
    {
        var function = new string((char)('a' + random.Next(26)), random.Next(1, 60));
        return random.Next(5) switch
        {
            0 => "}",
            1 => $"}} /* {function} */",
            2 => function + "() {",
            _ => function + "();",
        };
    }

    // Without vectors of the processor, no line is known, because the comparisons would be slower than the parser.
    private static void AssertMore(int known, double lines)
    {
        if (Vector128.IsHardwareAccelerated) Assert.True(known > lines, $"{known} of more than {lines}");
        else Assert.Equal(0, known);
    }

    private static (int Known, int Lines) Compare(byte[] text)
    {
        var columns = FunctionGraphLayout.Detect(text, out _, out _);
        var names = new CallNames();
        var parser = new FunctionGraphLineParser(columns, names);
        var lines = new FunctionGraphKnownLines(columns);
        var (counted, expectedCounts) = (new TraceStatistics(), new TraceStatistics());
        var (known, all) = (0, 0);
        var rest = text.AsSpan();
        while (!rest.IsEmpty)
        {
            var end = rest.IndexOf((byte)'\n');
            var line = end < 0 ? rest : rest[..end];
            var length = lines.TryRead(rest, out var found);
            var isParsed = parser.TryParse(line, out var expected);
            if (length > 0)
            {
                var shown = Encoding.UTF8.GetString(line);
                Assert.True(isParsed && !parser.IsEvent, shown);
                Assert.Equal(end + 1, length);
                Assert.Equal(Values(in expected), Values(in found));
                known++;
                if (expected.Kind != FunctionGraphTokenKind.Close)
                {
                    expectedCounts.Call(expected.Cpu);
                    if (parser.HasTime) expectedCounts.Time(expected.Time, expected.Cpu);
                }
            }
            else if (isParsed && !parser.IsEvent)
            {
                parser.Teach(lines, line, in expected, counted);
            }
            all++;
            rest = end < 0 ? default : rest[(end + 1)..];
        }
        lines.CountInto(counted);
        Assert.Equal(
            (expectedCounts.Calls, expectedCounts.First, expectedCounts.Last), (counted.Calls, counted.First, counted.Last));
        return (known, all);
    }

    private static object Values(in FunctionGraphToken token) => (token.Time, token.Duration, token.Function, token.Operand,
        token.Task, token.Cpu, token.Depth, token.Kind, token.Context);
}
