using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>
/// Writes a call graph as a Mermaid flowchart, for Markdown. Characters of a label that could be markup are character references.
/// </summary>
internal static class MermaidWriter
{
    /// <summary>The most edges. Mermaid's default limit (maxEdges) is 500.</summary>
    public const int MostEdges = 400;

    // Mermaid's default limit of the text (maxTextSize) is 50,000 characters.
    private const int LongestName = 60, MostText = 48_000;

    /// <summary>Writes the edges with the most calls.</summary>
    /// <returns>The number of edges written.</returns>
    public static int Write(CallGraph graph, string title, int most, Stream output)
    {
        var text = new StringBuilder("---\ntitle: ").Append('"').Append(Label(title, 110)).Append("\"\n---\nflowchart TD\n");
        var lines = new StringBuilder();
        var calls = GraphMlWriter.Functions(graph).ToDictionary(f => new CallGraph.FunctionKey(f.Symbol), f => f.Calls);
        var nodes = new Dictionary<CallGraph.FunctionKey, int>();
        var written = 0;
        foreach (var edge in graph.Edges.Take(most))
        {
            var before = lines.Length;
            var (from, to) = (Node(edge.CallerSymbol), Node(edge.CalleeSymbol));
            lines.Append(CultureInfo.InvariantCulture, $"    n{from} -->|\"{DisplayText.Number(edge.Count)}\"| n{to}\n");
            if (text.Length + lines.Length > MostText && written > 0)
            {
                lines.Length = before;
                break;
            }
            written++;
        }
        text.Append(lines).FlushTo(output, all: true);
        return written;

        int Node(FunctionSymbol symbol)
        {
            var key = new CallGraph.FunctionKey(symbol);
            if (nodes.TryGetValue(key, out var number)) return number;
            nodes.Add(key, number = nodes.Count);
            var name = symbol.Name.Length > 0 ? Label(symbol.ToString(), LongestName) : FunctionText.Unknown;
            lines.Append(CultureInfo.InvariantCulture,
                $"    n{number}[\"{name}<br/>{DisplayText.Count(calls[key], "call")}\"]\n");
            return number;
        }
    }

    private static string Label(string name, int longest)
    {
        var text = new StringBuilder();
        foreach (var rune in DisplayText.Fit(name, longest).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '.' or ' ' or '-' or '‹' or '›' or '…' or '+')
                text.Append(rune.ToString());
            else text.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
        }
        return text.ToString();
    }
}
