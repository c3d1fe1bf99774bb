using System.Globalization;
using KernelMagnifier.Files;
using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>Creates symbol maps from debug files, or takes them from the cache.</summary>
internal static class SymbolMapMaker
{
    private const int MaxWarnings = 10;

    /// <summary>Creates the map of a kernel by its release. See <see cref="SymbolMap.OfKernel"/>.</summary>
    public static SymbolMap OfKernel(SymbolMapOptions options, CancellationToken cancel)
    {
        var path = DebugFiles.FindKernel(options, cancel);
        var release = options.KernelRelease ?? DebugFiles.ReleaseIn(path) ?? RunningKernel.Release;
        return OfImage(path, options with { KernelRelease = release }, cancel);
    }

    /// <summary>Creates the map of a kernel image or module. See <see cref="SymbolMap.OfImage"/>.</summary>
    public static SymbolMap OfImage(string path, SymbolMapOptions options, CancellationToken cancel)
    {
        var full = Path.GetFullPath(path);
        var release = options.KernelRelease ?? DebugFiles.ReleaseIn(full);
        string? buildId;
        bool isModule;
        using (var elf = ElfFile.Open(path)) (buildId, isModule) = (elf.BuildId, elf.IsRelocatable);
        if (options.BuildId is { } wanted && buildId is not null
            && !string.Equals(wanted, buildId, StringComparison.OrdinalIgnoreCase))
            throw new KernelMagnifierException(ErrorCode.BuildIdMismatch, path,
                $"the file belongs to another build of the kernel: its build id is {buildId}, the requested one is {wanted}.",
                "Specify the debug file of the requested build.");
        var modules = (options.IncludeModules || options.ModuleFolder is not null) && !isModule
            ? DebugFiles.FindModules(full, release, options) : null;
        var fingerprint = DebugFiles.Fingerprint(full, modules);
        var cache = options.NoCache || buildId is null ? null
            : SymbolMapCache.For(buildId, modules is not null, options.CacheFolder);
        if (cache?.Load(fingerprint) is { } cached) return new SymbolMap(cached);

        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        var kernelId = isModule ? null : buildId;
        var builder = new SymbolTableBuilder { Path = path, Release = release, BuildId = kernelId, Fingerprint = fingerprint };
        options.Progress?.Invoke($"Reading {path}");
        var kernel = DebugImage.Read(path, null, builder, [], options, threads, cancel);
        var warnings = new List<string>(kernel.Warnings);
        if (modules is not null) ReadModules(modules, builder, kernel.SourceRoots, options, threads, warnings, cancel);
        var table = builder.Build();
        // An incomplete map is not stored: the missing file may exist the next time.
        if (warnings.Count == 0) cache?.Save(table);
        return new SymbolMap(table) { Warnings = warnings };
    }

    /// <summary>Whether a file is an ELF file, and so not a map file.</summary>
    public static bool IsImage(string path)
    {
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

    private static void ReadModules(IReadOnlyList<string> files, SymbolTableBuilder builder, IReadOnlyList<string> roots,
        SymbolMapOptions options, int threads, List<string> warnings, CancellationToken cancel)
    {
        var done = 0;
        var failed = 0;
        Parallel.For(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, i =>
        {
            try
            {
                var result = DebugImage.Read(files[i], DebugImage.ModuleName(files[i]), builder, roots, options, 1, cancel);
                foreach (var warning in result.Warnings) Warn(warning);
            }
            catch (KernelMagnifierException error)
            {
                Interlocked.Increment(ref failed);
                Warn(error.Message);
            }
            var now = Interlocked.Increment(ref done);
            if (now % 100 == 0)
                options.Progress?.Invoke(string.Create(CultureInfo.InvariantCulture, $"Read {now} of {files.Count} modules"));
        });
        if (warnings.Count > MaxWarnings)
        {
            var more = warnings.Count - MaxWarnings;
            warnings.RemoveRange(MaxWarnings, more);
            warnings.Add(string.Create(CultureInfo.InvariantCulture,
                $"{more} more warnings of this kind. {failed} of {files.Count} modules cannot be read."));
        }

        void Warn(string text)
        {
            lock (warnings) warnings.Add(text);
        }
    }
}
