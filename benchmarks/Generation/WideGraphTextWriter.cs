using System.Globalization;
using System.Text;

namespace KernelMagnifier.Benchmarks.Generation;

/// <summary>
/// Writes text of the function tracer with 5,000 functions and 20,000 edges, for pictures: a tree of calls, and edges across it. The first edges
/// have the most calls.
/// </summary>
internal static class WideGraphTextWriter
{
    private const int Functions = 5000, Edges = 20_000;

    /// <summary>Writes a recording: every edge at least once, and further calls up to <paramref name="size"/> bytes.</summary>
    /// <returns>The number of calls.</returns>
    public static long Write(RecordedCalls recorded, string path, long size, Dice dice)
    {
        var names = Names(recorded);
        var edges = new HashSet<(int Function, int Caller)>();
        for (var i = 1; i < Functions; i++) edges.Add((i, (i - 1) / (2 + i % 5)));
        while (edges.Count < Edges) edges.Add((1 + dice.Below(dice.Below(Functions - 1) + 1), dice.Below(Functions)));
        var lines = edges.Select(edge => Encoding.UTF8.GetBytes($": {names[edge.Function]} <-{names[edge.Caller]}\n")).ToArray();
        using var writer = new ByteWriter(path);
        writer.Write("# tracer: function\n#\n");
        long calls = 0;
        foreach (var line in lines) Call(line);
        while (writer.Length < size) Call(lines[dice.Below(1 + dice.Below(1 + dice.Below(lines.Length)))]);
        return calls;

        void Call(byte[] line)
        {
            var time = (15 + calls++ / 1e6).ToString("F6", CultureInfo.InvariantCulture);
            writer.Write($"            task-1       [000] ..... {time}");
            writer.Write(line);
        }
    }

    /// <summary>Names as a kernel has them: recorded ones in their variants.</summary>
    private static string[] Names(RecordedCalls recorded)
    {
        string[] names = [.. Enumerable.Range(0, RecordedCalls.Variants)
            .SelectMany(variant => Enumerable.Range(0, recorded.Functions.Length).Select(i => recorded.Spelling(i, variant))).Distinct().Take(Functions)];
        return names.Length == Functions ? names : throw new InvalidDataException($"The recording has too few functions for {Functions} names.");
    }
}
