using KernelMagnifier.Native;

namespace KernelMagnifier.DuckDb;

/// <summary>
/// Finds the files of a dataset. The result is a list of regular files below the given folder, so that what a query can read is
/// known before it runs: no pattern is evaluated later, and no link leads outside.
/// </summary>
internal static class FileSearch
{
    private const string Extension = ".parquet";
    private const int MostFiles = 100_000, MostFolders = 32;

    /// <summary>The files in a folder and all below it, in the order of their paths; the path itself if it is a file.</summary>
    /// <exception cref="KernelMagnifierException">
    /// <see cref="ErrorCode.TableNotFound"/> or <see cref="ErrorCode.TableUnreadable"/>.
    /// </exception>
    public static IReadOnlyList<string> Find(string path, CancellationToken cancel)
    {
        var full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (File.Exists(full)) return [Checked(full)];
        if (!Directory.Exists(full))
        {
            throw new KernelMagnifierException(ErrorCode.TableNotFound, path, "the dataset does not exist.",
                "Give the folder that Export-KmTable wrote, or one of its files.");
        }
        var files = new List<string>();
        try
        {
            Add(full, files, 0, cancel);
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw new KernelMagnifierException(ErrorCode.TableUnreadable, path, $"the folder cannot be read: {error.Message}",
                "Check its permissions.", error);
        }
        if (files.Count > 0) return files;
        throw new KernelMagnifierException(ErrorCode.TableUnreadable, path, $"there is no {Extension} file in the folder.",
            "Give the folder that Export-KmTable wrote.");
    }

    private static void Add(string folder, List<string> files, int depth, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        foreach (var entry in new DirectoryInfo(folder).EnumerateFileSystemInfos()
            .OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            // Hidden files are those that are being written.
            if (entry.Name.StartsWith('.') || entry.Name.StartsWith('_')) continue;
            var isFolder = (entry.Attributes & FileAttributes.Directory) != 0;
            if (!isFolder && !entry.Name.EndsWith(Extension, StringComparison.OrdinalIgnoreCase)) continue;
            if (entry.LinkTarget is not null)
                throw Refused(entry.FullName, "is a symbolic link. A dataset has none, because they can lead outside.");
            if (!isFolder) files.Add(Checked(entry.FullName));
            else if (depth == MostFolders) throw Refused(entry.FullName, "is nested too deeply.");
            else Add(entry.FullName, files, depth + 1, cancel);
            if (files.Count > MostFiles) throw Refused(folder, $"has more than {MostFiles} files.");
        }
    }

    private static string Checked(string file)
        => Ownership.Following(file) is { IsFile: true } ? file : throw Refused(file, "is no regular file.");

    private static KernelMagnifierException Refused(string path, string cause)
        => new(ErrorCode.TableUnreadable, path, "the path " + cause, "Remove it from the dataset, or query another folder.");
}
