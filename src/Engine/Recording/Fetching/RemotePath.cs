namespace KernelMagnifier.Recording.Fetching;

/// <summary>What is asked of another host: a path, which may have wildcards.</summary>
/// <param name="Text">The path.</param>
/// <param name="IsLiteral">Whether <c>*</c>, <c>?</c> and <c>[ ]</c> are characters of the name.</param>
internal readonly record struct RemotePath(string Text, bool IsLiteral)
{
    /// <summary>Whether it can match any number of files.</summary>
    public bool HasWildcards => !IsLiteral && Text.AsSpan().IndexOfAny('*', '?', '[') >= 0;
}
