using System.Diagnostics;
using System.Globalization;

namespace KernelMagnifier.Benchmarks;

/// <summary>What one pass that counts several things costs: the engine alone, in a process of its own.</summary>
internal static class Tally
{
    /// <summary>Counts, and prints the seconds it took as the last line.</summary>
    public static void Run(string path, bool everything)
    {
        // Once for the compiler, once for the clock.
        Count(path, everything);
        var clock = Stopwatch.StartNew();
        var calls = Count(path, everything);
        Console.Error.WriteLine($"{calls} calls");
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
    }

    private static long Count(string path, bool everything)
    {
        var tally = everything
            ? new CallTally(CallGrouping.Edge, CallGrouping.Task, CallGrouping.Context, CallGrouping.Cpu)
            : new CallTally(CallGrouping.Edge);
        using var reader = TraceReader.Open(path);
        reader.Read(tally);
        return tally.Calls;
    }
}
