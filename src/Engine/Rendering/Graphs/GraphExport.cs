namespace KernelMagnifier.Rendering.Graphs;

/// <summary>A graph that was written: what is in the file, and what is not.</summary>
/// <param name="Path">The file.</param>
/// <param name="Functions">Functions drawn.</param>
/// <param name="Edges">Edges drawn.</param>
/// <param name="OmittedFunctions">Functions left out.</param>
/// <param name="OmittedEdges">Edges left out.</param>
/// <param name="OmittedCalls">Calls over the edges left out.</param>
/// <param name="Note">What was left out and how to get it, for the user; null when everything is there.</param>
/// <param name="IsNoteNews">Whether the note tells more than what was asked for.</param>
public sealed record GraphExport(string Path, int Functions, int Edges, int OmittedFunctions, int OmittedEdges, long OmittedCalls, string? Note, bool IsNoteNews = false);
