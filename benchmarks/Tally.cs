using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Counting;
using KernelMagnifier.Latency;
using KernelMagnifier.Model;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Live;

namespace KernelMagnifier.Benchmarks;

/// <summary>Measures the engine alone, inside a process of its own.</summary>
internal static class Tally
{
    /// <summary>Counts the calls and prints the elapsed seconds as the last line.</summary>
    public static void Run(string path, string what)
    {
        // The first run compiles the code.
        Count(path, what);
        var clock = Stopwatch.StartNew();
        var counted = Count(path, what);
        Console.Error.WriteLine($"{counted} counted");
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
    }

    /// <summary>
    /// Makes intervals of the pages of a trace.dat that is not compressed, which are in memory, as of pages that a kernel hands
    /// over. Prints the elapsed seconds.
    /// </summary>
    public static void RunLive(string path)
    {
        CountLive(path);
        var clock = new Stopwatch();
        var counted = CountLive(path, clock);
        Console.Error.WriteLine($"{counted} counted");
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
    }

    private static long CountLive(string path, Stopwatch? clock = null)
    {
        var (pages, metadata) = MemoryPages.Load(path);
        using var reader = new LiveTraceReader(pages, metadata, "", new());
        var intervals = new IntervalCounter();
        clock?.Start();
        reader.ReadOnce(new IntervalBuilder(intervals, withCalls: false), null, null, default);
        clock?.Stop();
        return intervals.Count;
    }

    /// <summary>Loads a symbol map from the cache, looks up a name in it, and prints the elapsed seconds.</summary>
    public static void LoadSymbols(string image, string cache)
    {
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cache);
        // The first run fills the cache, the second compiles the code that loads it.
        Load(image);
        Load(image);
        var clock = Stopwatch.StartNew();
        Load(image);
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
    }

    private static void Load(string image)
    {
        if (SymbolMap.OfImage(image).Resolve("vfs_read", null, null).Length == 0)
            throw new InvalidDataException($"{image} does not define vfs_read.");
    }

    private static long Count(string path, string what)
    {
        using var reader = TraceFile.Open(path);
        switch (what)
        {
            case "events":
                var events = new EventCounter();
                reader.Read(events);
                return events.Count;
            case "intervals":
                var intervals = new IntervalCounter();
                reader.Read(new IntervalBuilder(intervals));
                return intervals.Count;
            default:
                var tally = what == "all"
                    ? new CallTally(CallGrouping.Edge, CallGrouping.Task, CallGrouping.Context, CallGrouping.Cpu)
                    : new CallTally(CallGrouping.Edge);
                reader.Read(tally);
                return tally.Calls;
        }
    }

    private sealed class EventCounter : EventSink
    {
        public long Count { get; private set; }

        public override CallFields Fields => CallFields.Edge;

        public override void Accept(in EventRecord record) => Count++;
    }

    private sealed class IntervalCounter : IntervalSink
    {
        public long Count { get; private set; }

        public override void Accept(in IntervalRecord interval) => Count++;
    }
}
