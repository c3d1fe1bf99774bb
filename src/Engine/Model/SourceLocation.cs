using KernelMagnifier.Text;

namespace KernelMagnifier.Model;

/// <summary>A location in the kernel source.</summary>
/// <param name="File">The path relative to the root of the kernel source, such as <c>net/ipv4/tcp.c</c>.</param>
/// <param name="Line">The line number, starting at 1; 0 if only the file is known.</param>
public readonly record struct SourceLocation(string File, int Line)
{
    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Line > 0 ? $"{File}:{Line}" : File);
}
