using System.Globalization;
using KernelMagnifier.Symbols.Elf;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Symbols;

/// <summary>Makes maps of debug files: finds them, reads them, keeps them in the cache.</summary>
internal static class SymbolMapMaker
{
    private const int MostWarnings = 10;

    public static SymbolMap OfKernel(SymbolMapOptions options, CancellationToken cancel)
    {
        var found = DebugFiles.FindKernel(options, cancel);
        return OfImage(found, options with { KernelRelease = options.KernelRelease ?? DebugFiles.ReleaseIn(found) ?? DebugFiles.RunningRelease }, cancel);
    }

    public static SymbolMap OfImage(string path, SymbolMapOptions options, CancellationToken cancel)
    {
        var full = Path.GetFullPath(path);
        var release = options.KernelRelease ?? DebugFiles.ReleaseIn(full);
        string? buildId;
        bool isModule;
        using (var elf = ElfFile.Open(path)) (buildId, isModule) = (elf.BuildId, elf.IsRelocatable);
        if (options.BuildId is { } wanted && buildId is not null && !string.Equals(wanted, buildId, StringComparison.OrdinalIgnoreCase))
            throw new TraceException(path, $"is another build: its build id is {buildId}, wanted is {wanted}.");
        var modules = (options.IncludeModules || options.ModuleFolder is not null) && !isModule ? DebugFiles.FindModules(full, release, options) : null;
        var fingerprint = DebugFiles.Fingerprint(full, modules);
        var cache = options.NoCache || buildId is null ? null : SymbolMapCache.For(buildId, modules is not null, options.CacheFolder);
        if (cache?.Load(fingerprint) is { } cached) return new SymbolMap(cached);

        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        var builder = new SymbolTableBuilder { Path = path, Release = release, BuildId = isModule ? null : buildId, Fingerprint = fingerprint };
        options.Progress?.Invoke($"Reading {path}");
        var kernel = DebugImage.Read(path, null, builder, [], options, threads, cancel);
        var warnings = new List<string>(kernel.Warnings);
        if (modules is not null) ReadModules(modules, builder, kernel.SourceRoots, options, threads, warnings, cancel);
        var table = builder.Build();
        // A map with something missing is not kept: the missing file may be there the next time.
        if (warnings.Count == 0) cache?.Save(table);
        return new SymbolMap(table) { Warnings = warnings };
    }

    /// <summary>Whether a file is an image rather than a map file.</summary>
    public static bool IsImage(string path)
    {
        try
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            Span<byte> head = stackalloc byte[4];
            return RandomAccess.Read(file, head, 0) == 4 && head.SequenceEqual("\u007fELF"u8);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return false;
        }
    }

    private static void ReadModules(IReadOnlyList<string> files, SymbolTableBuilder builder, IReadOnlyList<string> roots, SymbolMapOptions options,
        int threads, List<string> warnings, CancellationToken cancel)
    {
        var done = 0;
        var failed = 0;
        Parallel.For(0, files.Count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancel }, i =>
        {
            try
            {
                var info = DebugImage.Read(files[i], DebugImage.ModuleName(files[i]), builder, roots, options, 1, cancel);
                foreach (var warning in info.Warnings) Warn(warning);
            }
            catch (KernelMagnifierException error)
            {
                Interlocked.Increment(ref failed);
                Warn(error.Message);
            }
            var now = Interlocked.Increment(ref done);
            if (now % 100 == 0) options.Progress?.Invoke(string.Create(CultureInfo.InvariantCulture, $"Read {now} of {files.Count} modules"));
        });
        if (warnings.Count > MostWarnings)
        {
            var more = warnings.Count - MostWarnings;
            warnings.RemoveRange(MostWarnings, more);
            warnings.Add(string.Create(CultureInfo.InvariantCulture, $"{more} more warnings of this kind. {failed} of {files.Count} modules could not be read, their functions have no source."));
        }

        void Warn(string text)
        {
            lock (warnings) warnings.Add(text);
        }
    }
}
