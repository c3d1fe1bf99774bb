using System.Diagnostics;

namespace KernelMagnifier.Engine.Tests.Support;

/// <summary>Finds recordings: the small ones in tests/data, the large ones in a folder beside the repository, which is optional.</summary>
internal static class SharedData
{
    public static string RepositoryRoot { get; } = FindUp(AppContext.BaseDirectory, d => File.Exists(Path.Combine(d, "KernelMagnifier.psd1")))
        ?? throw new InvalidOperationException("The tests must run inside the repository.");

    /// <summary>The folder of large recordings, or null.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("KM_SHARED_DATA")
        ?? (FindUp(RepositoryRoot, d => Directory.Exists(Path.Combine(d, "shared", "data"))) is { } up ? Path.Combine(up, "shared", "data") : null);

    /// <summary>The folder of recordings of further kernels (with subfolders text, graph, dat, perf and pipe), or null.</summary>
    public static string? More { get; } = Environment.GetEnvironmentVariable("KM_MORE_DATA");

    /// <summary>The path of a small recording in tests/data.</summary>
    public static string Local(string name) => Path.Combine(RepositoryRoot, "tests", "data", name);

    /// <summary>The path of a large recording in the shared folder.</summary>
    public static string Shared(string name) => Path.Combine(Folder ?? throw new InvalidOperationException("Mark the test with SharedDataFact or SharedDataTheory."), name);

    /// <summary>Decompresses a zstd file into a temporary folder that is kept for the test run, and returns its path.</summary>
    public static string Unpacked(string compressed)
    {
        var target = Path.Combine(Directory.CreateTempSubdirectory("km-test-").FullName, Path.GetFileNameWithoutExtension(compressed));
        using var zstd = Process.Start(new ProcessStartInfo("zstd", ["-dqf", compressed, "-o", target]))!;
        zstd.WaitForExit();
        return zstd.ExitCode == 0 ? target : throw new InvalidOperationException($"zstd could not decompress {compressed}.");
    }

    private static string? FindUp(string from, Func<string, bool> matches)
    {
        for (var d = new DirectoryInfo(from); d is not null; d = d.Parent)
            if (matches(d.FullName))
                return d.FullName;
        return null;
    }
}
