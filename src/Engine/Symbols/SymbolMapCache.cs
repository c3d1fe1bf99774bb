using KernelMagnifier.Files;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Symbol tables on disk, one file per build id below <c>$XDG_CACHE_HOME/kernel-magnifier</c>. A file is replaced as a whole, so
/// any number of processes can use the cache. A file that is damaged, of another version, or made from debug files that changed
/// since is ignored and replaced. Where nothing can be stored (no home directory, a full or read-only disk), the cache is
/// silently not used.
/// </summary>
internal sealed class SymbolMapCache
{
    // The table of a distribution's kernel with all modules takes about 30 MB.
    private const long MaxSize = 1L << 30;

    private readonly string _path;

    private SymbolMapCache(string path) => _path = path;

    /// <summary>The directory of the cache; null when the environment does not define one.</summary>
    /// <param name="specified">The directory that the user specified; null for the default.</param>
    public static string? Folder(string? specified)
    {
        if (specified is not null) return specified;
        // XDG Base Directory Specification: a relative path is ignored.
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
        {
            var home = Environment.GetEnvironmentVariable("HOME");
            if (string.IsNullOrEmpty(home) || !Path.IsPathRooted(home)) return null;
            cache = Path.Combine(home, ".cache");
        }
        return Path.Combine(cache, "kernel-magnifier");
    }

    /// <summary>
    /// The entry of one build; null when there is no cache, or others can write to it: they would choose what is read.
    /// </summary>
    public static SymbolMapCache? For(string buildId, bool withModules, string? folder, List<string> warnings)
    {
        if (Folder(folder) is not { } cache) return null;
        var directory = Path.Combine(cache, "symbols");
        if (PrivateDirectory.WhyShared(directory) is { } reason)
        {
            warnings.Add($"The cache of symbol maps {directory} is not used: {reason}. "
                + "Give it to this user alone (chown, chmod go-w), or set XDG_CACHE_HOME.");
            return null;
        }
        return new SymbolMapCache(Path.Combine(directory, $"{buildId}{(withModules ? "-modules" : "")}.kmsymtab"));
    }

    /// <summary>The stored table; null when there is none, it is damaged, or it has another fingerprint.</summary>
    public SymbolTable? Load(string fingerprint)
    {
        try
        {
            using var file = InputHandle.OpenRegular(_path);
            var length = RandomAccess.GetLength(file);
            if (length is < SymbolTable.HeaderSize or > MaxSize) return null;
            var image = GC.AllocateUninitializedArray<byte>((int)length);
            for (var filled = 0; filled < image.Length;)
            {
                var read = RandomAccess.Read(file, image.AsSpan(filled), filled);
                if (read <= 0) return null;
                filled += read;
            }
            return SymbolTable.Open(image) is { } table && table.Fingerprint == fingerprint ? table : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Stores a table.</summary>
    public void Save(SymbolTable table)
    {
        try
        {
            PrivateDirectory.Create(Path.GetDirectoryName(_path)!);
            using var file = OutputFile.Create(_path, force: true);
            file.Stream.Write(table.Image.Span);
            file.Commit();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or KernelMagnifierException)
        {
            // The cache only saves time; the table is used without it.
        }
    }
}
