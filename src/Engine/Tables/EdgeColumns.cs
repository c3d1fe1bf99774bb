using KernelMagnifier.Model;

namespace KernelMagnifier.Tables;

/// <summary>Edges as rows.</summary>
internal static class EdgeColumns
{
    /// <summary>Adds the value of a column behind the common ones.</summary>
    public static void Copy(CallEdge edge, int column, TableChunk chunk)
    {
        switch (column)
        {
            case 0: chunk.Add(edge.Caller); break;
            case 1: chunk.Add(edge.Callee); break;
            case 2: chunk.Add(edge.Count); break;
            case 3: TableTime.AddKnown(chunk, edge.TotalNanoseconds); break;
            case 4: TableTime.AddKnown(chunk, edge.SelfNanoseconds); break;
            case 5: chunk.Add(edge.CallerModule); break;
            case 6: chunk.Add(edge.CalleeModule); break;
            case 7: chunk.Add(edge.CallerSourceFile); break;
            case 8: chunk.Add(edge.CalleeSourceFile); break;
            case 9: chunk.Add(edge.CallerSourceLine); break;
            case 10: chunk.Add(edge.CalleeSourceLine); break;
            default: chunk.Add(edge.Nesting); break;
        }
    }
}
