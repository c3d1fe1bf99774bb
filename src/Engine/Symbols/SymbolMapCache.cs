using KernelMagnifier.Files;

namespace KernelMagnifier.Symbols;

/// <summary>
/// Maps made before, one file per build id below <c>$XDG_CACHE_HOME/kernel-magnifier</c>. A file appears whole or not at all (written beside,
/// renamed), so any number of processes may use it at once; one that is damaged, of another version, or made of files that
/// have changed since is made anew. Where nothing can be kept (no home, full or read-only disk), nothing is.
/// </summary>
internal sealed class SymbolMapCache
{
    // All modules of a distribution's kernel take some 30 MB.
    private const long Largest = 1L << 30;

    private readonly string _path;

    private SymbolMapCache(string path) => _path = path;

    /// <summary>The folder of the cache, or null when there is no place for one.</summary>
    public static string? Folder(string? asked)
    {
        if (asked is not null) return asked;
        // The XDG Base Directory Specification: a relative path is to be ignored.
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (string.IsNullOrEmpty(cache) || !Path.IsPathRooted(cache))
        {
            var home = Environment.GetEnvironmentVariable("HOME");
            if (string.IsNullOrEmpty(home) || !Path.IsPathRooted(home)) return null;
            cache = Path.Combine(home, ".cache");
        }
        return Path.Combine(cache, "kernel-magnifier");
    }

    /// <summary>The entry of one build, or null when there is no place for it.</summary>
    public static SymbolMapCache? For(string buildId, bool withModules, string? folder)
        => Folder(folder) is { } place ? new SymbolMapCache(Path.Combine(place, "symbols", $"{buildId}{(withModules ? "-modules" : "")}.kmsymtab")) : null;

    /// <summary>The table kept, when it is whole and was made of files that look as they do now.</summary>
    public SymbolTable? Load(string fingerprint)
    {
        try
        {
            using var file = File.OpenHandle(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            var length = RandomAccess.GetLength(file);
            if (length is < SymbolTable.HeaderSize or > Largest) return null;
            var image = GC.AllocateUninitializedArray<byte>((int)length);
            for (var at = 0; at < image.Length;)
            {
                var got = RandomAccess.Read(file, image.AsSpan(at), at);
                if (got <= 0) return null;
                at += got;
            }
            return SymbolTable.Open(image) is { } table && table.Fingerprint == fingerprint ? table : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Keeps a table.</summary>
    public void Save(SymbolTable table)
    {
        string? temporary = null;
        try
        {
            var folder = Path.GetDirectoryName(_path)!;
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
            else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            temporary = Path.Combine(folder, $".{Path.GetRandomFileName()}.tmp");
            var begun = temporary;
            using var unfinished = Unfinished.Add(() => File.Delete(begun));
            using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1)) file.Write(table.Image.Span);
            File.Move(temporary, _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // A cache that cannot be written is no reason to fail; what was begun goes.
            try
            {
                if (temporary is not null) File.Delete(temporary);
            }
            catch (Exception again) when (again is IOException or UnauthorizedAccessException)
            {
            }
        }
    }
}
