namespace KernelMagnifier.Symbols;

/// <summary>How to make a <see cref="SymbolMap"/> of a kernel's debug information.</summary>
public sealed record SymbolMapOptions
{
    /// <summary>The kernel release (<c>uname -r</c>); null for the running kernel's, or what the file's place tells.</summary>
    public string? KernelRelease { get; init; }

    /// <summary>The build id of the kernel that is wanted, to find its debug file by; null for any.</summary>
    public string? BuildId { get; init; }

    /// <summary>Reads the modules of the kernel too.</summary>
    public bool IncludeModules { get; init; }

    /// <summary>The folder the modules' debug files are in; null for where distributions put them. Not null implies <see cref="IncludeModules"/>.</summary>
    public string? ModuleFolder { get; init; }

    /// <summary>Neither reads nor writes the cache.</summary>
    public bool NoCache { get; init; }

    /// <summary>The folder of the cache; null for <c>$XDG_CACHE_HOME/kernel-magnifier</c>.</summary>
    public string? CacheFolder { get; init; }

    /// <summary>Folders with debug files, as <c>/usr/lib/debug</c> is one.</summary>
    public IReadOnlyList<string> DebugRoots { get; init; } = ["/usr/lib/debug"];

    /// <summary>Addresses of debuginfod servers, separated by spaces; null for what <c>DEBUGINFOD_URLS</c> says, empty for none.</summary>
    public string? DebuginfodUrls { get; init; }

    /// <summary>Threads that read; 0 for one per core.</summary>
    public int Threads { get; init; }

    /// <summary>Called now and then, from any thread, with what is being done.</summary>
    public Action<string>? Progress { get; init; }
}
