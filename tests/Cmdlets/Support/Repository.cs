namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>The files of the repository that the tests use.</summary>
internal static class Repository
{
    public static string Root { get; } = FindUp(AppContext.BaseDirectory);

    /// <summary>The manifest of the built module: the one in artifacts, or the module that KM_MODULE names.</summary>
    public static string Manifest { get; } = FindModule();

    /// <summary>A function trace of a TCP echo: text of 37227 calls.</summary>
    public static string Echo { get; } = Data("tcp-echo.trace.zst");

    /// <summary>A function_graph trace with durations: text.</summary>
    public static string Timed { get; } = Data("graph/fg-abstime.txt.zst");

    /// <summary>A trace.dat of 6960 calls that lost 3770 events.</summary>
    public static string Lossy { get; } = Data("trace-dat/fn-lossy.dat");

    /// <summary>A trace.dat of 2857 calls and other events.</summary>
    public static string Mix { get; } = Data("trace-dat/mix-plain.dat");

    /// <summary>A symbol map.</summary>
    public static string Map { get; } = Data("symbol-filepath.map.zst");

    /// <summary>A recording, or another file, under tests/data.</summary>
    public static string Data(string name) => Path.Combine(Root, "tests", "data", name);

    private static string FindModule()
    {
        var folder = Environment.GetEnvironmentVariable("KM_MODULE") ?? Path.Combine(Root, "artifacts", "KernelMagnifier");
        var manifest = Path.Combine(folder, "KernelMagnifier.psd1");
        return File.Exists(manifest) && File.Exists(Path.Combine(folder, "bin", "KernelMagnifier.Cmdlets.dll"))
            ? manifest
            : throw new InvalidOperationException(
                $"The module is not built: {folder} has none. Run: dotnet build src/Cmdlets -c Release -t:Module");
    }

    private static string FindUp(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "KernelMagnifier.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("The tests run from inside the repository.");
    }
}
