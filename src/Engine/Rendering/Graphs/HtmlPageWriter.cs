using System.Net;
using System.Reflection;
using System.Text;
using System.Text.Json;
using KernelMagnifier.Counting;
using KernelMagnifier.Text;

namespace KernelMagnifier.Rendering.Graphs;

/// <summary>
/// Writes a call graph as one page that needs nothing else. The page itself (src/Page) is made by the build and embedded here, with the
/// hashes of its script and style in its Content-Security-Policy; what is filled in is data, never markup.
/// </summary>
internal static class HtmlPageWriter
{
    private const string Resource = "page.html";
    private const int LongestName = 400, LongestLine = 600, MostTasks = 250;

    /// <summary>More would neither open quickly nor be looked at.</summary>
    public const int MostFunctions = 20_000, MostEdges = 100_000;

    /// <summary>Whether this build has the page.</summary>
    public static bool IsBuilt => typeof(HtmlPageWriter).Assembly.GetManifestResourceInfo(Resource) is not null;

    /// <summary>Refuses where the page was not built in.</summary>
    /// <exception cref="RenderException">It was not.</exception>
    public static void Require()
    {
        if (!IsBuilt)
            throw new RenderException("This build of Kernel Magnifier cannot write .html graphs: the page was not built, because Node.js or the npm registry could not be reached. Make it (apt-get install nodejs npm; ./build.sh build), or write .svg.");
    }

    /// <summary>Writes the page.</summary>
    public static void Write(GraphModel model, GraphPart part, GraphMarks marks, GraphCaption caption, GraphOptions options, SourceLinks links, Stream to, CancellationToken cancel)
    {
        var template = Template();
        var fill = new Dictionary<string, Action>
        {
            ["title"] = () => Text(to, WebUtility.HtmlEncode(Shown(caption.Title))),
            ["theme"] = () => Text(to, options.Theme == GraphTheme.Dark ? "dark" : "auto"),
            ["data"] = () => WriteData(model, part, marks, caption, options, links, to, cancel),
        };
        var at = 0;
        // Each stands in it once, as its build makes sure.
        foreach (var (start, name) in fill.Keys.Select(name => (template.IndexOf($"{{{{{name}}}}}", StringComparison.Ordinal), name)).Order().ToList())
        {
            Text(to, template[at..start]);
            fill[name]();
            at = start + name.Length + 4;
        }
        Text(to, template[at..]);
    }

    private static string Template()
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(Resource)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static void Text(Stream to, string text) => to.Write(Encoding.UTF8.GetBytes(text));

    private static string Shown(string text) => Shown(text, LongestName);

    private static string Shown(string text, int most) => DisplayText.Shorten(DisplayText.Visible(DisplayText.Shorten(text, most)), most);

    private static void WriteData(GraphModel model, GraphPart part, GraphMarks marks, GraphCaption caption, GraphOptions options, SourceLinks links, Stream to, CancellationToken cancel)
    {
        var nodes = part.Nodes;
        var number = nodes.Select((node, i) => (node, i)).ToDictionary(p => p.node, p => p.i);
        var edgeNumber = part.Edges.Select((edge, i) => (edge, i)).ToDictionary(p => p.edge, p => p.i);
        var parent = nodes.Select(n => n.Parent is { } up && number.TryGetValue(up, out var i) ? i : -1).ToArray();
        // As the page draws them (radius in scene.ts).
        var weights = nodes.Select(n => Math.Max(n.Calls, n.Callees.Sum(e => e.Calls))).ToList();
        var scale = new HeatScale(weights.DefaultIfEmpty(1).Max());
        var (x, y) = HtmlPageLayout.Of(parent, [.. weights.Select(w => 2.5 + (11 * Math.Pow(scale.Heat(w), 2)))], cancel);

        // What the JSON writer leaves as it is can stand in a script element: it escapes < and everything that is not ASCII.
        using var json = new Utf8JsonWriter(to);
        void Numbers<T>(string name, IEnumerable<T> values, Func<T, double> value)
        {
            json.WriteStartArray(name);
            foreach (var one in values) json.WriteNumberValue(value(one));
            json.WriteEndArray();
        }
        void Strings(string name, IEnumerable<string?> values)
        {
            json.WriteStartArray(name);
            foreach (var one in values) json.WriteStringValue(one);
            json.WriteEndArray();
        }
        void Indexed(string one, string all, Func<GraphNode, string?> of)
        {
            var names = nodes.Select(of).OfType<string>().Distinct().Order(StringComparer.Ordinal).ToList();
            var index = names.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i);
            Strings(all, names.Select(name => Shown(name)));
            Numbers(one, nodes, n => of(n) is { } name ? index[name] : -1);
        }

        json.WriteStartObject();
        json.WriteString("title", Shown(caption.Title));
        Strings("lines", caption.Lines.Concat(caption.Omitted is { } omitted ? [omitted] : []).Select(line => Shown(line, LongestLine)));
        json.WriteString("lost", Shown(caption.Lost, LongestLine));
        json.WriteBoolean("hasLost", caption.HasLost);
        json.WriteString("colour", options.ClusterBy switch { GraphClustering.Directory => "directory", GraphClustering.Context => "context", _ => "calls" });
        json.WriteNumber("select", marks.Functions.OrderByDescending(n => n.Calls).Select(n => number.GetValueOrDefault(n, -1)).FirstOrDefault(-1));
        Strings("names", nodes.Select(n => Shown(n.Symbol.Name)));
        Indexed("module", "modules", n => n.Symbol.Module);
        Indexed("directory", "directories", n => GraphClusters.DirectoryOf(n.Symbol));
        Strings("source", nodes.Select(n => n.Symbol.SourceFile is { } file ? Shown(n.Symbol.SourceLine is { } line ? $"{file}:{line}" : file) : null));
        Strings("url", nodes.Select(n => links.To(n.Symbol) is { } url && IsWebLink(url) ? url : null));
        Numbers("x", x, v => Math.Round(v, 1));
        Numbers("y", y, v => Math.Round(v, 1));
        Numbers("parent", parent, v => v);
        json.WriteNumber("unknown", nodes.Select((n, i) => n.IsUnknown ? i : -1).Where(i => i >= 0).FirstOrDefault(-1));
        Numbers("from", part.Edges, e => number[e.Caller]);
        Numbers("to", part.Edges, e => number[e.Callee]);
        Numbers("calls", part.Edges, e => e.Calls);
        if (part.Edges.Any(e => e.Edge.TotalNanoseconds >= 0))
        {
            Numbers("total", part.Edges, e => e.Edge.TotalNanoseconds);
            Numbers("self", part.Edges, e => e.Edge.SelfNanoseconds);
        }
        else
        {
            json.WriteNull("total");
            json.WriteNull("self");
        }
        Numbers("hot", marks.HotPath.Where(edgeNumber.ContainsKey), e => edgeNumber[e]);
        WriteShares(json, model, edgeNumber);
        json.WriteEndObject();
        json.Flush();

        void WriteShares(Utf8JsonWriter json, GraphModel model, Dictionary<GraphEdge, int> edgeNumber)
        {
            if (model.Graph.Shares is not { } shares)
            {
                Strings("contexts", []);
                Strings("tasks", []);
                json.WriteNull("shares");
                return;
            }
            var edges = edgeNumber.ToDictionary(p => (new CallGraph.FunctionKey(p.Key.Caller.Symbol), new CallGraph.FunctionKey(p.Key.Callee.Symbol)), p => p.Value);
            // A page filters by name: threads of one program are one.
            var sums = new Dictionary<(int Edge, ExecutionContext Context, string Comm), long>();
            foreach (var share in shares)
            {
                if (!edges.TryGetValue((new CallGraph.FunctionKey(share.Caller), new CallGraph.FunctionKey(share.Callee)), out var edge)) continue;
                var key = (edge, share.Context, share.Task.Comm);
                sums[key] = sums.GetValueOrDefault(key) + share.Calls;
            }
            var comms = sums.GroupBy(s => s.Key.Comm).OrderByDescending(g => g.Sum(s => s.Value)).ThenBy(g => g.Key, StringComparer.Ordinal).Select(g => g.Key).ToList();
            var told = comms.Take(MostTasks).Select((comm, i) => (comm, i)).ToDictionary(p => p.comm, p => p.i);
            var contexts = sums.Keys.Select(k => k.Context).Distinct().Order().ToList();
            Strings("contexts", contexts.Select(c => c == ExecutionContext.Unknown ? "unknown" : EdgeContexts.Name(c)));
            Strings("tasks", [.. comms.Take(MostTasks).Select(comm => Shown(comm)), .. comms.Count > MostTasks ? new[] { $"(… {comms.Count - MostTasks} more)" } : []]);
            json.WriteStartArray("shares");
            foreach (var group in sums.GroupBy(s => (s.Key.Edge, s.Key.Context, Task: told.GetValueOrDefault(s.Key.Comm, MostTasks))).OrderBy(g => g.Key))
            {
                json.WriteNumberValue(group.Key.Edge);
                json.WriteNumberValue(contexts.IndexOf(group.Key.Context));
                json.WriteNumberValue(group.Key.Task);
                json.WriteNumberValue(group.Sum(s => s.Value));
            }
            json.WriteEndArray();
        }
    }

    /// <summary>A page may hold no link that runs something.</summary>
    private static bool IsWebLink(string url) => Uri.TryCreate(url, UriKind.Absolute, out var link) && (link.Scheme == Uri.UriSchemeHttps || link.Scheme == Uri.UriSchemeHttp || link.Scheme == Uri.UriSchemeFile);
}
