using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>Writes text of the function tracer whose edges were chosen to collide, or as many edges that were drawn.</summary>
internal static class CollidingTextWriter
{
    private const int Names = 4000, Edges = 60_000;

    /// <summary>Writes a recording.</summary>
    /// <returns>The number of calls.</returns>
    public static long Write(string path, long size, Dice dice, bool chosen)
    {
        using var writer = new ByteWriter(path);
        writer.Write("# tracer: function\n#\n");
        var edges = chosen ? CollidingEdges.Choose(Edges, Names).ToList()
            : [.. Enumerable.Range(0, Edges).Select(_ => (dice.Below(Names) + 1, dice.Below(Names) + 1))];
        var lines = edges.ConvertAll(edge => Line(edge.Item1, edge.Item2));
        long calls = 0;
        // The numbers of names follow their first appearance: that of the function before that of its caller.
        for (var i = 1; i <= Names; i += 2, calls++) writer.Write(Line(i, i + 1));
        for (var i = 0; writer.Length < size; i = (i + 1) % lines.Count, calls++) writer.Write(lines[i]);
        return calls;
    }

    private static byte[] Line(int function, int caller)
        => Encoding.ASCII.GetBytes($"          <idle>-0       [000] d..1. 1.000000: f{function} <-f{caller}\n");
}
