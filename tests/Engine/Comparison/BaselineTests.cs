using System.Text;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;

namespace KernelMagnifier.Engine.Tests.Comparison;

/// <summary>The file of a baseline.</summary>
public sealed class BaselineTests
{
    private const string Hostile = "x\u001b]52;c;aGk=\a\"\\\n</script>é";

    [Fact]
    public void HostileNamesComeBackAsTheyWere()
    {
        var baseline = Samples.Saved(Made());
        var sample = Assert.Single(baseline.Samples);
        Assert.Equal(Hostile, sample.Latencies[0].Key);
        Assert.Equal((Hostile, Hostile), (sample.Calls[0].Caller, sample.Calls[0].Callee));
        Assert.Equal(Hostile, sample.Contributions[0].Name);
        Assert.Equal(Hostile, baseline.Recordings[0]);
        Assert.Equal(["Wakeup", "Call"], baseline.Kinds);
        Assert.Equal((3L, 6L, 2L), (baseline.Intervals, baseline.Calls, baseline.LostEvents));
        Assert.DoesNotContain(baseline.ToString(), char.IsControl);
    }

    [Fact]
    public void TheTextIsTheSameEachTimeAndHasARowPerLine()
    {
        var text = Text(Made());
        Assert.Equal(text, Text(Samples.Saved(Made()).Samples[0]));
        Assert.Contains(text.Split('\n'), line => line.StartsWith("{\"kind\":\"Wakeup\",\"key\":", StringComparison.Ordinal));
        Assert.Contains(text.Split('\n'), line => line.StartsWith("{\"caller\":", StringComparison.Ordinal));
    }

    /// <summary>Every cut and many changed bytes: an error of the kind that users see, or a baseline that can be compared.</summary>
    [Fact]
    public void DamageIsAnError()
    {
        var bytes = Encoding.UTF8.GetBytes(Text(Made()));
        var random = new Random(7);
        var path = Path.GetTempFileName();
        var errors = 0;
        try
        {
            for (var i = 0; i < 600; i++)
            {
                var damaged = i < 200 ? bytes[..(bytes.Length * i / 200)] : (byte[])bytes.Clone();
                if (i >= 200) damaged[random.Next(damaged.Length)] = (byte)random.Next(' ', 127);
                File.WriteAllBytes(path, damaged);
                try
                {
                    var read = BaselineFile.Read(path);
                    Samples.Compare(read.Samples, read.Samples, new() { Sample = read.Plan });
                }
                catch (KernelMagnifierException error)
                {
                    Assert.Contains(error.Code, new[] { ErrorCode.BaselineUnreadable, ErrorCode.BadRequest });
                    errors++;
                }
            }
        }
        finally
        {
            File.Delete(path);
        }
        Assert.True(errors > 300);
    }

    [Theory]
    [InlineData("\"version\":1", "\"version\":2", "version is 2")]
    [InlineData("\"count\":3", "\"count\":-3", "negative")]
    [InlineData("\"p50\":10", "\"p50\":1000", "order")]
    [InlineData("\"by\":\"None\"", "\"by\":\"Recording\"", "not known")]
    [InlineData("\"kind\":\"Wakeup\"", "\"kind\":\"3\"", "not known")]
    [InlineData("\"kind\":\"Wakeup\"", "\"kind\":\"Nope\"", "not known")]
    public void AnImpossibleValueIsNamed(string from, string to, string cause)
    {
        var path = Path.GetTempFileName();
        try
        {
            var text = Text(Made());
            Assert.Contains(from, text, StringComparison.Ordinal);
            File.WriteAllText(path, text.Replace(from, to, StringComparison.Ordinal));
            var error = Assert.Throws<KernelMagnifierException>(() => BaselineFile.Read(path));
            Assert.Equal(ErrorCode.BaselineUnreadable, error.Code);
            Assert.Contains(cause, error.Cause, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void ARecordingIsNoBaseline()
    {
        var error = Assert.Throws<KernelMagnifierException>(() => BaselineFile.Read("/nonexistent/base.json"));
        Assert.Equal(ErrorCode.BaselineNotFound, error.Code);
        Assert.False(BaselineFile.IsBaseline("/nonexistent/base.json"));
        Assert.False(BaselineFile.IsBaseline("-"));
        Assert.False(BaselineFile.IsBaseline(Path.GetTempPath()));
    }

    [SharedDataFact]
    public void ARealBaselineIsSmall()
    {
        var text = Text(Samples.Shared("latency/all.dat"));
        Assert.InRange(text.Length, 20_000, 1_000_000);
    }

    private static string Text(TraceSample sample)
    {
        using var stream = new MemoryStream();
        BaselineWriter.Write(sample.Plan, [sample], DateTimeOffset.UnixEpoch, stream);
        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static TraceSample Made()
    {
        var times = new TimeHistogram(1000);
        foreach (var length in new[] { 10L, 10, 400 }) times.Add(2000, length);
        return new TraceSample
        {
            Info = new TraceInfo(Hostile)
            {
                Format = "trace.dat", KernelRelease = "6.1.0", Cpus = 2, Calls = 6, Events = 9, LostEvents = 2, FirstTime = 1000, LastTime = 9000,
                ObservedTime = 16000, EventKinds = new Dictionary<string, long> { ["sched_switch"] = 6, [Hostile] = 3 },
            },
            Machine = "x86_64", Plan = new SamplePlan(), BlockWidth = 1024,
            Latencies = [new LatencySample(IntervalKind.Wakeup, Hostile) { Count = 3, Sum = 420, Min = 10, Max = 400, P50 = 10, P90 = 400, P99 = 400, Times = times }],
            Contributions = [new Contribution(IntervalKind.Wakeup, "Task", Hostile, [(0, 2), (10, 1)])],
            Calls = [new CallSample(Hostile, Hostile, [1, 2, 3], 0)],
        };
    }
}
