namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// How long <c>dot</c> takes over a graph, and the settings that let it finish. The figures were measured with Graphviz 2.43 on parts
/// of real recordings (docs/performance-graph.md) and err on the slow side; what they err by otherwise, a second, smaller try mends.
/// </summary>
internal static class LayoutCost
{
    /// <summary>A picture of more is not read but searched: a part is chosen when the whole does not fit.</summary>
    public const int ReadableFunctions = 300;

    // Functions that stand together cross more edges and take more rounds.
    private const double Clusters = 2;

    /// <summary>Seconds for so many functions and edges.</summary>
    public static double Seconds(int nodes, int edges, bool countLabels, bool clustered = false)
        => (clustered ? Clusters : 1) * Plain(nodes, edges, countLabels);

    private static double Plain(int nodes, int edges, bool countLabels)
        => countLabels ? 7.5 * Math.Pow((nodes + edges) / 2280.0, 2.6) : 1.4 * Math.Pow((nodes + edges) / 2280.0, 3);

    /// <summary>Settings for a size: counts on the edges as long as they cost little, less search for the best layout the larger it is.</summary>
    public static GraphDetail Detail(int nodes, int edges, bool clustered = false)
    {
        var countLabels = Seconds(nodes, edges, countLabels: true, clustered) < 1.2;
        return new GraphDetail(countLabels, (nodes + edges) switch
        {
            < 1200 => "",
            < 4000 => ", nslimit=1, nslimit1=1, mclimit=0.3",
            _ => ", nslimit=0.3, nslimit1=0.3, mclimit=0.1",
        });
    }
}
