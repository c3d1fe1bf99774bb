using KernelMagnifier.Files;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>Creates symbol maps from debug files, or takes them from the cache.</summary>
internal static class SymbolMapMaker
{
    /// <summary>Creates the map of a kernel by its release. See <see cref="SymbolMap.OfKernel"/>.</summary>
    public static SymbolMap OfKernel(SymbolMapOptions options, CancellationToken cancel)
    {
        var kernel = KernelRequest.Of(options);
        var path = DebugFiles.FindKernel(kernel, options, cancel);
        return OfImage(path, options with { KernelRelease = kernel.Release }, cancel);
    }

    /// <summary>Creates the map of a kernel image or module. See <see cref="SymbolMap.OfImage"/>.</summary>
    public static SymbolMap OfImage(string path, SymbolMapOptions options, CancellationToken cancel)
    {
        KernelRequest.CheckRelease(options);
        var wantedId = BuildIds.Checked(options.BuildId);
        var withModules = options.IncludeModules || options.ModuleFolder is not null;
        string? buildId, release = null;
        bool isModule;
        using (var elf = ElfFile.Open(path))
        {
            (buildId, isModule) = (elf.BuildId, elf.IsRelocatable);
            withModules &= !isModule;
            // Otherwise the cache says it sooner.
            if (withModules) release = ImageRelease.Of(elf);
        }
        if (wantedId is not null && buildId is not null && !BuildIds.AreEqual(wantedId, buildId))
            throw new KernelMagnifierException(ErrorCode.BuildIdMismatch, path,
                $"the file belongs to another build of the kernel: its build id is {buildId}, the requested one is {wantedId}.",
                "Specify the debug file of the requested build.");
        RequireRelease(path, release, options);
        var full = Path.GetFullPath(path);
        var named = options.KernelRelease ?? DebugFiles.ReleaseIn(full);
        var modules = withModules ? DebugFiles.FindModules(full, release ?? named, options) : null;
        var fingerprint = DebugFiles.Fingerprint(full, modules);
        var warnings = new List<string>();
        var cache = options.NoCache || buildId is null ? null
            : SymbolMapCache.For(buildId, withModules, options.CacheFolder, warnings);
        var table = cache?.Load(fingerprint);
        if (table is null)
        {
            var image = new KernelImage(path, isModule ? null : buildId, named);
            table = image.Read(modules, fingerprint, options, warnings, cancel);
            // An incomplete map is not stored: the missing file may exist the next time.
            if (image.IsComplete) cache?.Save(table);
        }
        RequireRelease(path, table.Release, options);
        release = table.Release ?? named;
        if (!isModule && WhyNotRunning(path, release, buildId) is { } other) warnings.Add(other);
        return new SymbolMap(table)
        {
            KernelRelease = release, Warnings = warnings, Inputs = InputIdentity.Of([path, .. modules ?? []]),
        };
    }

    /// <summary>Whether a file is an ELF file, and so not a map file.</summary>
    public static bool IsImage(string path)
    {
        if (path.Length == 0) return false;
        try
        {
            using var file = InputHandle.OpenRegular(path);
            Span<byte> head = stackalloc byte[4];
            return RandomAccess.Read(file, head, 0) == 4 && head.SequenceEqual("\u007fELF"u8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    private static void RequireRelease(string path, string? found, SymbolMapOptions options)
    {
        if (found is null || options.KernelRelease is not { } wanted || wanted == found) return;
        throw new KernelMagnifierException(ErrorCode.KernelReleaseMismatch, path,
            $"the file belongs to another kernel: its release is {found}, the requested one is {wanted}.",
            "Specify the debug file of the requested kernel, or omit the release.");
    }

    /// <summary>
    /// The warning for an image that looks like that of the running kernel and is of another build: distributions keep the
    /// release over several builds. Null when it is not so.
    /// </summary>
    private static string? WhyNotRunning(string path, string? release, string? buildId)
        => buildId is not null && release == RunningKernel.Release && RunningKernel.BuildId is { } running
            && !BuildIds.AreEqual(buildId, running)
            ? $"{path} has the release of the running kernel and is of another build: its build id is {buildId}, that of the "
                + $"running kernel is {running}. For recordings of the running kernel, sources and lines may be wrong."
            : null;
}
