using System.Diagnostics;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Finds recordings: the small ones in tests/data, the large ones in a folder beside the repository that need not be there.</summary>
internal static class SharedData
{
    public static string RepositoryRoot { get; } = FindUp(AppContext.BaseDirectory, d => File.Exists(Path.Combine(d, "KernelMagnifier.psd1")))
        ?? throw new InvalidOperationException("The tests run from inside the repository.");

    /// <summary>The folder of large recordings, or null.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("KM_SHARED_DATA")
        ?? (FindUp(RepositoryRoot, d => Directory.Exists(Path.Combine(d, "shared", "data"))) is { } up ? Path.Combine(up, "shared", "data") : null);

    /// <summary>A folder of recordings of further kernels (in folders named text, graph, dat, perf, pipe), or null.</summary>
    public static string? More { get; } = Environment.GetEnvironmentVariable("KM_MORE_DATA");

    /// <summary>A small recording of the repository, by its name under tests/data.</summary>
    public static string Local(string name) => Path.Combine(RepositoryRoot, "tests", "data", name);

    /// <summary>A large recording, by its name under the shared folder.</summary>
    public static string Shared(string name) => Path.Combine(Folder ?? throw new InvalidOperationException("Mark the test with SharedDataFact or SharedDataTheory."), name);

    /// <summary>Unpacks a zstd file into a temporary folder kept for the test run, and returns its path.</summary>
    public static string Unpacked(string packed)
    {
        var target = Path.Combine(Directory.CreateTempSubdirectory("km-test-").FullName, Path.GetFileNameWithoutExtension(packed));
        using var zstd = Process.Start(new ProcessStartInfo("zstd", ["-dqf", packed, "-o", target]))!;
        zstd.WaitForExit();
        return zstd.ExitCode == 0 ? target : throw new InvalidOperationException($"zstd could not unpack {packed}.");
    }

    private static string? FindUp(string from, Func<string, bool> isIt)
    {
        for (var d = new DirectoryInfo(from); d is not null; d = d.Parent)
            if (isIt(d.FullName))
                return d.FullName;
        return null;
    }
}

/// <summary>A test that needs the large recordings; skipped, with the reason, where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute()
    {
        if (SharedData.Folder is null) Skip = SharedDataTheoryAttribute.Reason;
    }
}

/// <summary>Tests that need the large recordings; skipped, with the reason, where they are not.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    internal const string Reason = "The large recordings are not here: set KM_SHARED_DATA to their folder.";

    public SharedDataTheoryAttribute()
    {
        if (SharedData.Folder is null) Skip = Reason;
    }
}

/// <summary>Tests over recordings of further kernels; skipped, with the reason, where none are named.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class MoreDataTheoryAttribute : TheoryAttribute
{
    public MoreDataTheoryAttribute()
    {
        if (SharedData.More is null) Skip = "Recordings of other kernels are not here: set KM_MORE_DATA to their folder.";
    }
}
