using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Counting;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;

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

    /// <summary>Takes a symbol map from the cache and looks a name up in it, and prints the seconds.</summary>
    public static void TakeSymbols(string image, string cache)
    {
        Environment.SetEnvironmentVariable("XDG_CACHE_HOME", cache);
        // Once to fill the cache, once for the compiler, once for the clock.
        Take(image);
        Take(image);
        var clock = Stopwatch.StartNew();
        Take(image);
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
    }

    private static void Take(string image)
    {
        if (SymbolMap.OfImage(image).Resolve("vfs_read", null, null).Length == 0) throw new InvalidDataException($"{image}: has no vfs_read.");
    }

    private static long Count(string path, bool everything)
    {
        var tally = everything
            ? new CallTally(CallGrouping.Edge, CallGrouping.Task, CallGrouping.Context, CallGrouping.Cpu)
            : new CallTally(CallGrouping.Edge);
        using var reader = TraceFile.Open(path);
        reader.Read(tally);
        return tally.Calls;
    }
}
