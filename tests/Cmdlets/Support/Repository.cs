namespace KernelMagnifier.Cmdlets.Tests.Support;

/// <summary>The files of the repository that the tests use.</summary>
internal static class Repository
{
    public static string Root { get; } = FindUp(AppContext.BaseDirectory);

    /// <summary>The manifest of the built module: the one in artifacts, or the module that KM_MODULE names.</summary>
    public static string Manifest { get; } = FindModule();

    /// <summary>A recording, or another file, under tests/data.</summary>
    public static string Data(string name) => Path.Combine(Root, "tests", "data", name);

    private static string FindModule()
    {
        var folder = Environment.GetEnvironmentVariable("KM_MODULE") ?? Path.Combine(Root, "artifacts", "KernelMagnifier");
        var manifest = Path.Combine(folder, "KernelMagnifier.psd1");
        return File.Exists(manifest) && File.Exists(Path.Combine(folder, "bin", "KernelMagnifier.Cmdlets.dll"))
            ? manifest
            : throw new InvalidOperationException($"The module is not built: {folder} has none. Run: dotnet build src/Cmdlets -c Release -t:Module");
    }

    private static string FindUp(string from)
    {
        for (var folder = new DirectoryInfo(from); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "KernelMagnifier.psd1")) && Directory.Exists(Path.Combine(folder.FullName, "tests")))
                return folder.FullName;
        throw new InvalidOperationException("The tests run from inside the repository.");
    }
}
