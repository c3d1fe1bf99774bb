using System.Globalization;
using System.Xml;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Profiles;

/// <summary>Writes a call graph as GraphML (http://graphml.graphdrawing.org), for yEd, Gephi, Cytoscape and NetworkX.</summary>
internal static class GraphMlWriter
{
    private const string Namespace = "http://graphml.graphdrawing.org/xmlns";

    private static readonly (string Id, string For, string Name, string Type)[] Keys =
    [
        ("name", "node", "name", "string"), ("module", "node", "module", "string"),
        ("file", "node", "sourceFile", "string"), ("line", "node", "sourceLine", "int"),
        ("calls", "node", "calls", "long"), ("count", "edge", "count", "long"),
        ("total", "edge", "totalTime", "double"), ("self", "edge", "selfTime", "double"),
        ("title", "graph", "title", "string"), ("lost", "graph", "lostEvents", "long"),
    ];

    public static void Write(CallGraph graph, string title, Stream output)
    {
        var settings = new XmlWriterSettings { Indent = true, NewLineChars = "\n", CloseOutput = false };
        using var xml = XmlWriter.Create(output, settings);
        xml.WriteStartElement("graphml", Namespace);
        WriteKeys(xml);
        xml.WriteStartElement("graph", Namespace);
        xml.WriteAttributeString("id", "calls");
        xml.WriteAttributeString("edgedefault", "directed");
        Data(xml, "title", DisplayText.Visible(title));
        // Without the number, readers take it for unknown.
        if (Losses.Events(graph.Traces) is { } lost) Data(xml, "lost", Number(lost));
        WriteEdges(xml, graph, WriteNodes(xml, graph));
        xml.WriteEndElement();
        xml.WriteEndElement();
        xml.Flush();
        output.Write("\n"u8);
    }

    private static void WriteKeys(XmlWriter xml)
    {
        foreach (var (id, target, name, type) in Keys)
        {
            xml.WriteStartElement("key", Namespace);
            xml.WriteAttributeString("id", id);
            xml.WriteAttributeString("for", target);
            xml.WriteAttributeString("attr.name", name);
            xml.WriteAttributeString("attr.type", type);
            xml.WriteEndElement();
        }
    }

    /// <summary>Writes the nodes and returns their ids.</summary>
    private static Dictionary<CallGraph.FunctionKey, string> WriteNodes(XmlWriter xml, CallGraph graph)
    {
        var nodes = new Dictionary<CallGraph.FunctionKey, string>();
        foreach (var (symbol, calls) in Functions(graph))
        {
            var id = $"n{nodes.Count}";
            nodes.Add(new CallGraph.FunctionKey(symbol), id);
            xml.WriteStartElement("node", Namespace);
            xml.WriteAttributeString("id", id);
            Data(xml, "name", DisplayText.Visible(symbol.Name));
            if (symbol.Module is { } module) Data(xml, "module", DisplayText.Visible(module));
            if (symbol.SourceFile is { } file) Data(xml, "file", DisplayText.Visible(file));
            if (symbol.SourceLine is { } line) Data(xml, "line", Number(line));
            Data(xml, "calls", Number(calls));
            xml.WriteEndElement();
        }
        return nodes;
    }

    private static void WriteEdges(XmlWriter xml, CallGraph graph, Dictionary<CallGraph.FunctionKey, string> nodes)
    {
        foreach (var edge in graph.Edges)
        {
            xml.WriteStartElement("edge", Namespace);
            xml.WriteAttributeString("source", nodes[new CallGraph.FunctionKey(edge.CallerSymbol)]);
            xml.WriteAttributeString("target", nodes[new CallGraph.FunctionKey(edge.CalleeSymbol)]);
            Data(xml, "count", Number(edge.Count));
            if (edge.TotalTime is { } total) Data(xml, "total", total.ToString("R", CultureInfo.InvariantCulture));
            if (edge.SelfTime is { } self) Data(xml, "self", self.ToString("R", CultureInfo.InvariantCulture));
            xml.WriteEndElement();
        }
    }

    /// <summary>Every function of a graph with its number of calls, in descending order of calls.</summary>
    internal static IEnumerable<(FunctionSymbol Symbol, long Calls)> Functions(CallGraph graph)
    {
        var all = new Dictionary<CallGraph.FunctionKey, (FunctionSymbol Symbol, long Calls)>();
        foreach (var edge in graph.Edges)
        {
            all.TryAdd(new CallGraph.FunctionKey(edge.CallerSymbol), (edge.CallerSymbol, 0));
            var key = new CallGraph.FunctionKey(edge.CalleeSymbol);
            all[key] = (edge.CalleeSymbol, all.GetValueOrDefault(key).Calls + edge.Count);
        }
        return all.Values.OrderByDescending(f => f.Calls).ThenBy(f => f.Symbol.Name, StringComparer.Ordinal);
    }

    private static void Data(XmlWriter xml, string key, string value)
    {
        xml.WriteStartElement("data", Namespace);
        xml.WriteAttributeString("key", key);
        xml.WriteString(value);
        xml.WriteEndElement();
    }

    private static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}
