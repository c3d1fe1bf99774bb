using System.Globalization;
using System.Text;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>A call graph as a Mermaid flowchart, for Markdown pages. Everything in a label that could be markup is a character reference.</summary>
internal static class MermaidWriter
{
    /// <summary>Edges that Mermaid draws unless it is configured otherwise (maxEdges is 500).</summary>
    public const int MostEdges = 400;

    // Mermaid's maxTextSize is 50,000 characters unless it is configured otherwise.
    private const int LongestName = 60, MostText = 48_000;

    /// <summary>Writes the edges with the most calls.</summary>
    /// <returns>How many edges were written.</returns>
    public static int Write(CallGraph graph, string title, int most, Stream output)
    {
        var text = new StringBuilder("---\ntitle: ").Append('"').Append(Label(title, 110)).Append("\"\n---\nflowchart TD\n");
        var lines = new StringBuilder();
        var calls = GraphMlWriter.Functions(graph).ToDictionary(f => new CallGraph.FunctionKey(f.Symbol), f => f.Calls);
        var nodes = new Dictionary<CallGraph.FunctionKey, int>();
        var written = 0;
        foreach (var edge in graph.Edges.Take(most))
        {
            var (before, known) = (lines.Length, nodes.Count);
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
            var name = symbol.Name.Length > 0 ? Label(symbol.ToString(), LongestName) : "(not traced)";
            lines.Append(CultureInfo.InvariantCulture, $"    n{number}[\"{name}<br/>{DisplayText.Number(calls[key])} calls\"]\n");
            return number;
        }
    }

    private static string Label(string name, int longest)
    {
        var text = new StringBuilder();
        foreach (var rune in DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(name, longest)), longest).EnumerateRunes())
        {
            if (Rune.IsLetterOrDigit(rune) || rune.Value is '_' or '.' or ' ' or '-' or '‹' or '›' or '…' or '+') text.Append(rune.ToString());
            else text.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
        }
        return text.ToString();
    }
}
