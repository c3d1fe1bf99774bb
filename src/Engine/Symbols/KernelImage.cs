using KernelMagnifier.Symbols.Elf;

namespace KernelMagnifier.Symbols;

/// <summary>Reads a kernel image or a module, and the modules that belong to the image, into a table.</summary>
/// <param name="path">The image.</param>
/// <param name="buildId">The build id of the kernel; null when it is not known.</param>
/// <param name="named">The release by the user or by the path, for an image that does not say it; null when not known.</param>
internal sealed class KernelImage(string path, string? buildId, string? named)
{
    /// <summary>Whether everything was read without a warning.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>Reads the files.</summary>
    /// <param name="modules">The files of the modules; null for none.</param>
    /// <param name="fingerprint">The fingerprint of the files, for the cache.</param>
    /// <param name="options">The number of threads, the directories to search, the progress.</param>
    /// <param name="warnings">Receives the warnings.</param>
    /// <param name="cancel">Cancels the reading.</param>
    /// <exception cref="KernelMagnifierException">The image cannot be read, or no module belongs to it.</exception>
    public SymbolTable Read(IReadOnlyList<string>? modules, string fingerprint, SymbolMapOptions options, List<string> warnings,
        CancellationToken cancel)
    {
        var before = warnings.Count;
        var threads = options.Threads > 0 ? options.Threads : Environment.ProcessorCount;
        string? release;
        using (var elf = ElfFile.Open(path)) release = ImageRelease.Of(elf);
        // A release that the image does not say itself is not kept: the next user may name another.
        var builder = new SymbolTableBuilder { Path = path, Release = release, BuildId = buildId, Fingerprint = fingerprint };
        options.Progress?.Invoke($"Reading {path}");
        var kernel = DebugImage.Read(path, null, builder, [], options, threads, cancel);
        warnings.AddRange(kernel.Warnings);
        if (modules is not null)
            new ModuleImages(modules, release ?? named, buildId)
                .Read(builder, kernel.SourceRoots, options, threads, warnings, cancel);
        IsComplete = warnings.Count == before;
        return builder.Build();
    }
}
