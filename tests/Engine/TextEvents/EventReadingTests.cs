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
        Assert.Equal(OracleExpectation.Of(name), OracleExpectation.Of(log));
        Assert.Equal(log.Lines, Read(path, 3).Lines);
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
