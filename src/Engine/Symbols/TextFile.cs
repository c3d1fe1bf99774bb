namespace KernelMagnifier.Symbols;

/// <summary>Small text files of the system.</summary>
internal static class TextFile
{
    /// <summary>The content of a file; null when it does not exist or cannot be read.</summary>
    public static string? Read(string path)
    {
        try
        {
            return File.Exists(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
