using System.Diagnostics;
using KernelMagnifier.Engine.Tests.Support;
using KernelMagnifier.Model;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.TextEvents;

/// <summary>The events of text recordings: which, in which order, and what was lost between them.</summary>
public class EventReadingTests
{
    [SharedDataTheory]
    [InlineData("trace-default.txt")]
    [InlineData("trace-latfmt.txt")]
    [InlineData("trace-tsc.txt")]
    [InlineData("trace-monoraw.txt")]
    [InlineData("trace-overwritten.txt")]
    [InlineData("trace-sched-odd.txt")]
    [InlineData("pipe-default.txt")]
    [InlineData("pipe-lossy.txt")]
    [InlineData("perf-sched.script.txt")]
    [InlineData("tracers-osnoise-events.txt")]
    [InlineData("tracers-osnoise.txt")]
    [InlineData("tracers-rtla-timerlat-auto-trace.txt")]
    [InlineData("tracers-timerlat-events.txt")]
    [InlineData("tracers-timerlat-stop-stack.txt")]
    [InlineData("tracers-timerlat.txt")]
    public void EventsAreThoseOfTheOracle(string name)
    {
        var path = SharedData.Shared($"latency/{name.Replace("tracers-", "tracers/")}.zst");
        var log = Read(path, 1);
        var expected = OracleExpectation.Of(name);
        // Eleven samples of the task ":-1" look like lines of ftrace to the oracle, which takes their system for their name.
        if (name.StartsWith("perf", StringComparison.Ordinal))
            expected = expected with
            {
                Kinds = expected.Kinds.Replace("sched:11 ", "", StringComparison.Ordinal).Replace("runtime:20600", "runtime:20605", StringComparison.Ordinal)
                    .Replace("switch:17088", "switch:17094", StringComparison.Ordinal),
            };
        Assert.Equal(expected, OracleExpectation.Of(log));
        Assert.Equal(log.Lines, Read(path, 3).Lines);
    }

    [SharedDataTheory]
    [InlineData("sched.dat")]
    [InlineData("all-lossy.dat")]
    [InlineData("rawsys.dat")]
    [InlineData("block.dat")]
    public void ReportsHaveTheEventsOfTheirRecording(string name)
    {
        var text = Run("trace-cmd", "report", "-t", "-N", SharedData.Shared($"latency/{name}"));
        EventLog ReadText(int threads) => Read(TraceFile.Open(new MemoryStream(text), name, new TraceReadOptions { Threads = threads }));
        var log = ReadText(1);
        Assert.Equal(OracleExpectation.Of(name), OracleExpectation.Of(log));
        Assert.Equal(log.Lines, ReadText(3).Lines);
    }

    [SharedDataTheory]
    [InlineData("latency/trace-sched-odd.txt.zst")]
    [InlineData("latency/pipe-lossy.txt.zst")]
    [InlineData("text/ev-stacktrace.txt.zst")]
    [InlineData("perf/sched-g.script.txt.zst")]
    public void PipesInSmallPiecesGiveTheSameEvents(string name)
    {
        var path = SharedData.Unpacked(SharedData.Shared(name));
        var whole = Read(path, 2);
        var trickling = new TricklingStream(File.ReadAllBytes(path), new Random(7), 20_000);
        Assert.Equal(whole.Lines, Read(TraceFile.Open(trickling, "-", new TraceReadOptions { Threads = 2 })).Lines);
    }

    [SharedDataTheory]
    [InlineData("text/marker.txt.zst")]
    [InlineData("text/pipe-tgid-live.txt.zst")]
    [InlineData("text/pipe-local-live.txt.zst")]
    [InlineData("graph/fg-events.txt.zst")]
    [InlineData("perf/sched.script.txt.zst")]
    public void EveryInputGivesTheSameEvents(string name)
    {
        var path = SharedData.Shared(name);
        var text = File.ReadAllBytes(SharedData.Unpacked(path));
        var expected = Read(path, 1).Lines;
        Assert.Equal(expected, Read(TraceFile.Open(new MemoryStream(TestRecording.Gzip(text)), "t.gz", new TraceReadOptions { Threads = 2 })).Lines);
        Assert.Equal(expected, Read(TraceFile.Open(new TricklingStream(text, new Random(3), 5000), "-", new TraceReadOptions { Threads = 3 })).Lines);
    }

    [SharedDataFact]
    public void MarkersAreEvents()
    {
        var log = Read(SharedData.Shared("text/marker.txt.zst"), 1);
        Assert.Equal("tracing_mark_write:14 raw_data:1", string.Join(' ', log.Events.GroupBy(happened => happened.Name).Select(group => $"{group.Key}:{group.Count()}")));
        Assert.All(log.Events.Where(happened => happened.Name == "tracing_mark_write"),
            happened => Assert.Equal(happened.Fields["buf"], happened.Message));
    }

    [SharedDataFact]
    public void CallsAreBetweenTheEvents()
    {
        var calls = new OrderedCalls();
        var path = SharedData.Shared("text/ev-function-mixed.txt.zst");
        using var reader = TraceFile.Open(path);
        var log = Read(reader, calls);
        Assert.Equal((reader.Info.Calls, reader.Info.Events), (calls.Calls.Count, log.Events.Count));
        Assert.True(calls.Calls.Count > 0 && log.Events.Count > 0);
        var alone = new OrderedCalls();
        using var again = TraceFile.Open(path);
        again.ReadOnce(alone, null, null, default);
        static IEnumerable<string> Texts(OrderedCalls calls)
            => calls.Calls.Select(call => $"{call.Time} {call.Cpu} {calls.Names.Functions[call.Function].Name}");
        Assert.Equal(Texts(alone), Texts(calls));
    }

    private static byte[] Run(string tool, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(tool, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        process.ErrorDataReceived += static (_, _) => { };
        process.BeginErrorReadLine();
        var output = new MemoryStream();
        process.StandardOutput.BaseStream.CopyTo(output);
        process.WaitForExit();
        return output.ToArray();
    }

    internal static EventLog Read(string path, int threads, CallSink? calls = null)
        => Read(TraceFile.Open(path, new TraceReadOptions { Threads = threads }), calls);

    internal static EventLog Read(TraceReader reader, CallSink? calls = null)
    {
        using (reader)
        {
            var log = new EventLog(calls);
            reader.ReadOnce(log, null, null, default);
            return log;
        }
    }
}
