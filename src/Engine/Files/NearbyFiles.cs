using KernelMagnifier.Text;

namespace KernelMagnifier.Files;

/// <summary>Suggests existing files for a path that does not exist.</summary>
internal static class NearbyFiles
{
    // A directory with more files is not read to its end.
    private const int MostFiles = 10_000;

    /// <summary>
    /// Returns the question "Did you mean …?" if the directory of a path has files with similar names, followed by an action.
    /// </summary>
    /// <param name="path">The path that does not exist; its last part can contain wildcards.</param>
    /// <param name="action">The recommended action, as a sentence.</param>
    public static string Before(string path, string action)
    {
        try
        {
            var directory = Path.GetDirectoryName(path) ?? "";
            if (!Directory.Exists(directory.Length == 0 ? "." : directory)) return action;
            var names = Directory.EnumerateFiles(directory.Length == 0 ? "." : directory).Take(MostFiles)
                .Select(file => Path.GetFileName(file));
            return Suggestion.Before(Path.GetFileName(path), names, action);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return action;
        }
    }
}
