namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Estimates how long <c>dot</c> takes to lay out a graph, and chooses settings with which it finishes. The constants were
/// measured with Graphviz 2.43 on real recordings (docs/performance-graph.md) and rather overestimate. If an estimate is too low,
/// a smaller part is drawn instead.
/// </summary>
internal static class LayoutCost
{
    /// <summary>The most functions of a picture that a person can read.</summary>
    public const int ReadableFunctions = 300;

    // Clusters cause more edge crossings, which take more iterations.
    private const double ClusterFactor = 2;

    /// <summary>The estimated time of a layout, in seconds.</summary>
    public static double Seconds(int nodes, int edges, bool countLabels, bool clustered = false)
        => (clustered ? ClusterFactor : 1) * Plain(nodes, edges, countLabels);

    private static double Plain(int nodes, int edges, bool countLabels)
        => countLabels ? 7.5 * Math.Pow((nodes + edges) / 2280.0, 2.6) : 1.4 * Math.Pow((nodes + edges) / 2280.0, 3);

    /// <summary>
    /// The settings for a size: labels on edges while they cost little, and fewer iterations of the layout for larger graphs.
    /// </summary>
    public static GraphDetail Detail(int nodes, int edges, bool clustered = false)
    {
        var countLabels = Seconds(nodes, edges, countLabels: true, clustered) < 1.2;
        return new GraphDetail(countLabels, (nodes + edges) switch
        {
            < 500 => "",
            // Deep graphs have long edges, which take thousands of iterations for a barely better position.
            < 1200 => ", nslimit=4, nslimit1=4",
            < 4000 => ", nslimit=1, nslimit1=1, mclimit=0.3",
            _ => ", nslimit=0.3, nslimit1=0.3, mclimit=0.1",
        });
    }
}
