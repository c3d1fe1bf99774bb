namespace KernelMagnifier.Symbols;

/// <summary>Options for creating a <see cref="SymbolMap"/> from the debug information of a kernel.</summary>
internal sealed record SymbolMapOptions
{
    /// <summary>
    /// The kernel release (<c>uname -r</c>); null for that of the running kernel, or that in the path of the image.
    /// </summary>
    public string? KernelRelease { get; init; }

    /// <summary>The build id of the requested kernel in hexadecimal, which also finds its debug file; null for any.</summary>
    public string? BuildId { get; init; }

    /// <summary>Whether the modules of the kernel are read too.</summary>
    public bool IncludeModules { get; init; }

    /// <summary>
    /// The directory with the debug files of the modules; null for where distributions install them. A value implies <see
    /// cref="IncludeModules"/>.
    /// </summary>
    public string? ModuleFolder { get; init; }

    /// <summary>Whether the cache is neither read nor written.</summary>
    public bool NoCache { get; init; }

    /// <summary>The directory of the cache; null for <c>$XDG_CACHE_HOME/kernel-magnifier</c>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Directories with debug files, such as <c>/usr/lib/debug</c>.</summary>
    public IReadOnlyList<string> DebugRoots { get; init; } = ["/usr/lib/debug"];

    /// <summary>
    /// The addresses of debuginfod servers, separated by spaces; null for those in <c>DEBUGINFOD_URLS</c>, empty for none.
    /// </summary>
    public string? DebuginfodUrls { get; init; }

    /// <summary>The number of threads; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>Called from time to time, from any thread, with a description of the current step.</summary>
    public Action<string>? Progress { get; init; }
}
