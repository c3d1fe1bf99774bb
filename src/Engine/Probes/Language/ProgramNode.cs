namespace KernelMagnifier.Probes.Language;

/// <summary>A node of a parsed program.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Text">The text; what it means depends on the kind.</param>
/// <param name="Start">The first byte.</param>
/// <param name="End">The byte after the last.</param>
/// <param name="Children">The children.</param>
internal sealed record ProgramNode(NodeKind Kind, string Text, int Start, int End, IReadOnlyList<ProgramNode> Children)
{
    /// <summary>A node without children.</summary>
    public ProgramNode(NodeKind kind, Token token)
        : this(kind, token.Text, token.Start, token.End, [])
    {
    }
}
