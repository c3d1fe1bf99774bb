namespace KernelMagnifier.Rendering;

/// <summary>Chooses the format of an output file by its extension.</summary>
internal static class FileFormat
{
    /// <summary>The format that the extension of a path names, without its dot and in lower case.</summary>
    /// <param name="path">The path.</param>
    /// <param name="extensions">The known extensions, each with its dot and in lower case.</param>
    /// <exception cref="KernelMagnifierException"><see cref="ErrorCode.FormatUnknown"/>: the extension is not among
    /// them.</exception>
    public static string Of(string? path, IReadOnlyList<string> extensions)
    {
        var extension = Path.GetExtension(path ?? "").ToLowerInvariant();
        return extensions.Contains(extension) ? extension[1..] : throw Unknown(path, extension, extensions);
    }

    /// <summary>The error for a path whose extension names no known format.</summary>
    /// <param name="path">The path.</param>
    /// <param name="extension">Its extension, with the dot; empty when it has none.</param>
    /// <param name="extensions">The known extensions.</param>
    public static KernelMagnifierException Unknown(string? path, string extension, IReadOnlyList<string> extensions) => new(
        ErrorCode.FormatUnknown, string.IsNullOrEmpty(path) ? null : path,
        extension.Length == 0 ? "The name has no extension, and the extension chooses the format."
            : $"{extension} is not the extension of a known format.",
        $"Use one of these extensions: {string.Join(", ", extensions)}.");
}
