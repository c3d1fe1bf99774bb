using System.Diagnostics;
using System.Globalization;
using KernelMagnifier.Counting;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;

namespace KernelMagnifier.Benchmarks;

/// <summary>Measures the engine alone, inside a process of its own.</summary>
internal static class Tally
{
    /// <summary>Counts the calls and prints the elapsed seconds as the last line.</summary>
    public static void Run(string path, bool everything)
    {
        // The first run compiles the code.
        Count(path, everything);
        var clock = Stopwatch.StartNew();
        var calls = Count(path, everything);
        Console.Error.WriteLine($"{calls} calls");
        Console.WriteLine(clock.Elapsed.TotalSeconds.ToString("F6", CultureInfo.InvariantCulture));
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
