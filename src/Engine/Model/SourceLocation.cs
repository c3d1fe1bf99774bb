namespace KernelMagnifier.Model;

/// <summary>A place in the kernel's source.</summary>
/// <param name="File">Path relative to the root of the kernel source, such as <c>net/ipv4/tcp.c</c>.</param>
/// <param name="Line">Line number from 1, or 0 when only the file is known.</param>
public readonly record struct SourceLocation(string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => Line > 0 ? $"{File}:{Line}" : File;
}
