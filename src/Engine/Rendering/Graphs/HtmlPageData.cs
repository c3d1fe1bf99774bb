using System.Text.Json;
using KernelMagnifier.Counting;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// The data of an HTML page: a JSON object, read by src/Page/src/data.ts. Functions and edges are arrays of columns and refer to
/// each other by index.
/// </summary>
internal sealed class HtmlPageData(
    GraphModel model, GraphPart part, GraphMarks marks, GraphCaption caption, GraphOptions options, SourceLinks links)
{
    private const int LongestName = 400, LongestLine = 600, MostTasks = 250;

    private readonly Dictionary<GraphNode, int> _number = part.Nodes.Select((node, i) => (node, i))
        .ToDictionary(p => p.node, p => p.i);
    private readonly Dictionary<GraphEdge, int> _edgeNumber = part.Edges.Select((edge, i) => (edge, i))
        .ToDictionary(p => p.edge, p => p.i);

    public GraphCaption Caption => caption;

    public GraphOptions Options => options;

    /// <summary>
    /// Writes the JSON object. It can be the content of a script element, because the JSON writer escapes <c>&lt;</c> and
    /// everything that is not ASCII.
    /// </summary>
    public void Write(Stream to, CancellationToken cancel)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        WriteCaption(json);
        WriteFunctions(json, cancel);
        WriteEdges(json);
        WriteShares(json);
        if (options.Difference is { } difference) new HtmlPageDifference(difference, part).Write(json);
        json.WriteEndObject();
        json.Flush();
    }

    private static string Shown(string text) => DisplayText.Fit(text, LongestName);

    private static string? Source(FunctionSymbol symbol)
        => symbol.SourceFile is { } file ? Shown(symbol.SourceLine is { } line ? $"{file}:{line}" : file) : null;

    private void WriteCaption(Utf8JsonWriter json)
    {
        json.WriteString("title", Shown(caption.Title));
        Strings(json, "lines", caption.Lines.Concat(caption.Omitted is { } omitted ? [omitted] : [])
            .Select(l => DisplayText.Fit(l, LongestLine)));
        json.WriteString("lost", DisplayText.Fit(caption.Lost, LongestLine));
        json.WriteBoolean("hasLost", caption.HasLost);
        json.WriteString("colour", options.ClusterBy switch
        {
            GraphClustering.Directory => "directory",
            GraphClustering.Context => "context",
            _ => "calls",
        });
        var busiest = marks.Functions.OrderByDescending(n => n.Calls).FirstOrDefault();
        json.WriteNumber("select", busiest is null ? -1 : _number.GetValueOrDefault(busiest, -1));
    }

    private void WriteFunctions(Utf8JsonWriter json, CancellationToken cancel)
    {
        var nodes = part.Nodes;
        var parent = nodes.Select(n => n.Parent is { } up && _number.TryGetValue(up, out var i) ? i : -1).ToArray();
        // The radius is that of scene.ts.
        var weights = nodes.Select(n => Math.Max(n.Calls, n.Callees.Sum(e => e.Calls))).ToList();
        var scale = new HeatScale(weights.DefaultIfEmpty(1).Max());
        var (x, y) = HtmlPageLayout.Of(parent, [.. weights.Select(w => 2.5 + (11 * Math.Pow(scale.Heat(w), 2)))], cancel);
        Strings(json, "names", nodes.Select(n => Shown(n.Symbol.Name)));
        Indexed(json, "module", "modules", n => n.Symbol.Module);
        Indexed(json, "directory", "directories", n => GraphClusters.DirectoryOf(n.Symbol));
        Strings(json, "source", nodes.Select(n => Source(n.Symbol)));
        Strings(json, "url", nodes.Select(n => links.To(n.Symbol)));
        Numbers(json, "x", x, v => Math.Round(v, 1));
        Numbers(json, "y", y, v => Math.Round(v, 1));
        Numbers(json, "parent", parent, v => v);
        json.WriteNumber("unknown", nodes.Select((n, i) => n.IsUnknown ? i : -1).Where(i => i >= 0).FirstOrDefault(-1));
    }

    private void WriteEdges(Utf8JsonWriter json)
    {
        Numbers(json, "from", part.Edges, e => _number[e.Caller]);
        Numbers(json, "to", part.Edges, e => _number[e.Callee]);
        Numbers(json, "calls", part.Edges, e => e.Calls);
        if (part.Edges.Any(e => e.Edge.TotalNanoseconds >= 0))
        {
            Numbers(json, "total", part.Edges, e => e.Edge.TotalNanoseconds);
            Numbers(json, "self", part.Edges, e => e.Edge.SelfNanoseconds);
        }
        else
        {
            json.WriteNull("total");
            json.WriteNull("self");
        }
        Numbers(json, "hot", marks.HotPath.Where(_edgeNumber.ContainsKey), e => _edgeNumber[e]);
    }

    /// <summary>
    /// Writes the calls of each edge by context and task name, as flat groups of four numbers: edge, context, task, calls.
    /// </summary>
    private void WriteShares(Utf8JsonWriter json)
    {
        if (model.Graph.Shares is not { } shares)
        {
            Strings(json, "contexts", []);
            Strings(json, "tasks", []);
            json.WriteNull("shares");
            return;
        }
        var sums = SumShares(shares);
        var comms = sums.GroupBy(s => s.Key.Comm).OrderByDescending(g => g.Sum(s => s.Value))
            .ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key).ToList();
        var listed = comms.Take(MostTasks).Select((comm, i) => (comm, i)).ToDictionary(p => p.comm, p => p.i);
        var contexts = sums.Keys.Select(k => k.Context).Distinct().Order().ToList();
        Strings(json, "contexts", contexts.Select(c => c == ExecutionContext.Unknown ? "unknown" : EdgeContexts.Name(c)));
        string[] others = comms.Count > MostTasks ? [$"(… {comms.Count - MostTasks} more)"] : [];
        Strings(json, "tasks", [.. comms.Take(MostTasks).Select(Shown), .. others]);
        json.WriteStartArray("shares");
        var groups = sums.GroupBy(s => (s.Key.Edge, s.Key.Context, Task: listed.GetValueOrDefault(s.Key.Comm, MostTasks)));
        foreach (var group in groups.OrderBy(g => g.Key))
        {
            json.WriteNumberValue(group.Key.Edge);
            json.WriteNumberValue(contexts.IndexOf(group.Key.Context));
            json.WriteNumberValue(group.Key.Task);
            json.WriteNumberValue(group.Sum(s => s.Value));
        }
        json.WriteEndArray();
    }

    /// <summary>The page filters by task name, so all tasks of one name are summed.</summary>
    private Dictionary<(int Edge, ExecutionContext Context, string Comm), long> SumShares(IReadOnlyList<CallShare> shares)
    {
        static (CallGraph.FunctionKey, CallGraph.FunctionKey) Key(FunctionSymbol caller, FunctionSymbol callee)
            => (new(caller), new(callee));
        var edges = _edgeNumber.ToDictionary(p => Key(p.Key.Caller.Symbol, p.Key.Callee.Symbol), p => p.Value);
        var sums = new Dictionary<(int Edge, ExecutionContext Context, string Comm), long>();
        foreach (var share in shares)
        {
            if (!edges.TryGetValue(Key(share.Caller, share.Callee), out var edge)) continue;
            var key = (edge, share.Context, share.Task.Comm);
            sums[key] = sums.GetValueOrDefault(key) + share.Calls;
        }
        return sums;
    }

    private static void Numbers<T>(Utf8JsonWriter json, string name, IEnumerable<T> values, Func<T, double> value)
    {
        json.WriteStartArray(name);
        foreach (var one in values) json.WriteNumberValue(value(one));
        json.WriteEndArray();
    }

    private static void Strings(Utf8JsonWriter json, string name, IEnumerable<string?> values)
    {
        json.WriteStartArray(name);
        foreach (var one in values) json.WriteStringValue(one);
        json.WriteEndArray();
    }

    /// <summary>Writes the distinct values of a property, and for each function the index of its value; -1 for none.</summary>
    private void Indexed(Utf8JsonWriter json, string one, string all, Func<GraphNode, string?> of)
    {
        var names = part.Nodes.Select(of).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
        var index = names.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
        Strings(json, all, names.Select(Shown));
        Numbers(json, one, part.Nodes, n => of(n) is { } name ? index[name] : -1);
    }
}
