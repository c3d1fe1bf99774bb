using System.Diagnostics;
using KernelMagnifier.Counting;
using KernelMagnifier.Symbols;
using KernelMagnifier.Traces;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Engine.Tests.Damage;

/// <summary>
/// Files of one to five megabytes whose numbers were chosen to collide. Before the hashes of tables had secrets, each took ten
/// seconds to two minutes; now each takes less than a second, and the limit is for slow machines only. (Tables one by one, by
/// count: Model/SeededTableTests.)
/// </summary>
public sealed class CollisionTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);
    private readonly string _folder = Directory.CreateTempSubdirectory("km-collide-").FullName;

    public static TheoryData<string> Files => ["abbreviations.elf", "symbols.elf", "symbols-in-function.elf", "addresses.dat", "addresses-twice.dat", "pids.dat", "edges.txt"];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [MemberData(nameof(Files))]
    public void ChosenNumbersCostNothing(string name)
    {
        // Kept there, the files can be given to other builds.
        var folder = Environment.GetEnvironmentVariable("KM_ATTACKS") ?? _folder;
        var path = Path.Combine(folder, name);
        File.WriteAllBytes(path, Content(name));
        var clock = Stopwatch.StartNew();
        if (name.EndsWith(".elf", StringComparison.Ordinal)) ReadSymbols(path);
        else ReadCalls(path);
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, Limit);
    }

    private static byte[] Content(string name) => name switch
    {
        "abbreviations.elf" => Collisions.Abbreviations(75_000),
        "symbols.elf" => Collisions.Symbols(80_000, inFunction: false),
        "symbols-in-function.elf" => Collisions.Symbols(80_000, inFunction: true),
        "addresses.dat" => Collisions.TraceDat(32_768, Collisions.Folded(65_536)),
        "addresses-twice.dat" => Collisions.TraceDat(90_000, Collisions.SmallProducts(90_000)),
        "pids.dat" => Collisions.Pids(150_000),
        _ => Collisions.Text(90_000, 2),
    };

    private static void ReadSymbols(string path)
    {
        // The files have no line tables, so no function has a place.
        var error = Assert.Throws<KernelMagnifierException>(() => SymbolMap.OfImage(path, new SymbolMapOptions { NoCache = true, Threads = 1, DebugRoots = [] }));
        Assert.Equal(path, error.Target);
    }

    private static void ReadCalls(string path)
    {
        using var reader = TraceFile.Open(path, new TraceReadOptions());
        var tally = new CallTally(CallGrouping.Edge | CallGrouping.Task);
        reader.Read(tally, null);
        Assert.InRange(tally.Calls, 30_000, 200_000);
        Assert.Equal(tally.Calls, tally.Counts(CallGrouping.Edge | CallGrouping.Task).Sum(c => c.Calls));
    }
}
