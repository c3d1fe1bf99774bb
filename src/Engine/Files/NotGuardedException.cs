namespace KernelMagnifier.Files;

/// <summary>Somebody else than this user or root can change a file or directory, or it is not of the kind that is
/// expected.</summary>
/// <param name="path">The file or directory.</param>
/// <param name="reason">Why it is not trusted, as the rest of a sentence that begins with the path.</param>
internal sealed class NotGuardedException(string path, string reason) : IOException($"{path} {reason}")
{
    /// <summary>The file or directory.</summary>
    public string Path { get; } = path;

    /// <summary>Why it is not trusted, as the rest of a sentence that begins with <see cref="Path"/>.</summary>
    public string Reason { get; } = reason;
}
