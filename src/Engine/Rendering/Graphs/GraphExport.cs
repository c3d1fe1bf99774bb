using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>A graph that was written to a file.</summary>
/// <param name="Path">The file.</param>
/// <param name="Functions">Functions that are drawn.</param>
/// <param name="Edges">Edges that are drawn.</param>
/// <param name="OmittedFunctions">Functions that are not drawn.</param>
/// <param name="OmittedEdges">Edges that are not drawn.</param>
/// <param name="OmittedCalls">Calls of the edges that are not drawn.</param>
/// <param name="Note">What is not drawn, for the user; null when everything is.</param>
/// <param name="IsThinned">Whether less is drawn than was requested, because the whole takes too long to lay out or to
/// open.</param>
/// <param name="IsScaledDown">Whether the bitmap has fewer pixels than requested, because of Graphviz's limit.</param>
public sealed record GraphExport(
    string Path, int Functions, int Edges, int OmittedFunctions, int OmittedEdges, long OmittedCalls, string? Note,
    bool IsThinned = false, bool IsScaledDown = false)
{
    /// <summary>Whether <see cref="Note"/> reports something that was not requested.</summary>
    public bool NoteIsWarning => IsThinned || IsScaledDown;

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape($"{Path}: {Functions} functions, {Edges} edges");
}
