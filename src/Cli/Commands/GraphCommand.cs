using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Graphs;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Draws the call graph.</summary>
internal sealed class GraphCommand : Command
{
    private static readonly CliOption Output = new("output",
        $"The file to write. Its extension selects the format: {string.Join(' ', GraphExporter.Formats)}")
    {
        Value = "FILE", Short = 'o', IsFile = true,
    };

    private static readonly CliOption Title = new("title",
        "The title. The default contains the name of the recording")
    { Value = "TEXT" };

    private static readonly CliOption ClusterBy = new("cluster-by",
        "Group functions by directory (needs --symbol-map), module or execution context")
    {
        Value = "WHAT", Choices = ["none", "directory", "module", "context"], Default = "none",
    };

    private static readonly CliOption Highlight = new("highlight",
        "Highlight every path through these functions, and dim the rest")
    { Value = "NAME", IsList = true };

    private static readonly CliOption From = new("from",
        "Draw only what these functions call, directly or indirectly. With --to: only the paths between them")
    {
        Value = "NAME", IsList = true,
    };

    private static readonly CliOption To = new("to",
        "Draw only what calls these functions, directly or indirectly")
    { Value = "NAME", IsList = true };

    private static readonly CliOption HotPath = new("hot-path", "Highlight the path with the most calls");
    private static readonly CliOption Top = new("top", "Draw at most N functions, the most important ones") { Value = "N" };

    private static readonly CliOption Layout = new("layout", "The direction of the calls")
    {
        Value = "DIRECTION", Choices = ["topdown", "leftright"], Default = "topdown",
    };

    private static readonly CliOption Theme = new("theme", "The colours")
    {
        Value = "THEME", Choices = ["light", "dark"], Default = "light",
    };

    private static readonly CliOption Paper = new("paper",
        "Fit the graph on a sheet, with as many functions as are legible on it")
    {
        Value = "SHEET", Choices = ["none", "a4", "a3"], Default = "none",
    };

    private static readonly CliOption TimeLimit = new("time-limit",
        "The longest time for drawing. Of a graph that takes longer, only the most important part is drawn")
    {
        Value = "SECONDS", Default = "20",
    };

    private static readonly CliOption Everything = new("everything", "Draw the whole graph, without a time limit");

    private static readonly CliOption SourceUrl = new("source-url",
        "The address that functions link to. {release}, {version}, {file} and {line} are replaced; none for no links")
    {
        Value = "TEMPLATE", Default = GraphOptions.DefaultSourceUrl,
    };

    /// <inheritdoc/>
    public override string Name => "graph";

    /// <inheritdoc/>
    public override string Summary => "Draw the call graph";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Output, OutputOptions.NoClobber, OutputOptions.Force, Title, ClusterBy, Highlight, From, To, HotPath,
        Top, Layout, Theme, Paper, TimeLimit, Everything, SourceUrl, .. Recordings.Options,
    ];

    /// <inheritdoc/>
    public override string Description => """
        .svg, .pdf and .png need dot of Graphviz (apt-get install graphviz). .html is one self-contained page, in which the
        graph can be searched and filtered.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The network functions of a recording",
            "kernel-magnifier graph trace.dat --source-path net/ --symbol-map symbol-filepath.map -o net.svg"),
        ("A whole recording, to explore in a browser",
            "kernel-magnifier graph trace.dat --symbol-map symbol-filepath.map -o net.html"),
        ("The functions that tcp_sendmsg calls, from left to right",
            "kernel-magnifier graph trace.dat --root tcp_sendmsg --depth 4 --layout leftright -o send.pdf"),
        ("The paths from system calls to the transmission of a packet, with the most frequent one highlighted",
            "kernel-magnifier graph trace.dat --from '__x64_sys_*' --to dev_hard_start_xmit --hot-path -o way.svg"),
        ("A poster with functions grouped by directory",
            "kernel-magnifier graph trace.dat --symbol-map symbol-filepath.map --cluster-by directory --paper a3 -o wall.pdf"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(Output) is not { } path) throw CliException.Usage($"{Output} {Output.Value} is required.");
        RequireFormat(Output, path, GraphExporter.Formats);
        var top = (int?)arguments.Integer(Top, 1, int.MaxValue);
        var seconds = arguments.Number(TimeLimit, 0.1) ?? 20;
        if (seconds > 1e6) throw CliException.Usage($"{TimeLimit} is too large. For no limit, use {Everything}.");
        var force = !arguments.Has(OutputOptions.NoClobber);
        OutputFile.Check(path, force);
        var links = arguments.Text(SourceUrl) is "none" or "" ? null : arguments.Text(SourceUrl);
        SourceLinks.Check(links);
        var recordings = Recordings.Of(arguments, host, path);
        // The page can filter by task.
        var isPage = Path.GetExtension(path).Equals(".html", StringComparison.OrdinalIgnoreCase);
        // What ran below the starts is known by the stacks of the calls.
        var below = arguments.List(From).Count > 0 && arguments.List(To).Count == 0;
        var graph = recordings.ReadGraph(
            CallGrouping.Edge | CallGrouping.Context | (isPage ? CallGrouping.Task : 0), byStack: below, below);
        if (graph.Edges.Count == 0) throw recordings.Nothing("draw");
        Draw(host, graph, path, new GraphOptions
        {
            Title = arguments.Text(Title),
            Top = top,
            Layout = arguments.Text(Layout) == "leftright" ? GraphLayout.LeftRight : GraphLayout.TopDown,
            ClusterBy = Enum.Parse<GraphClustering>(arguments.Text(ClusterBy)!, ignoreCase: true),
            Highlight = arguments.List(Highlight),
            From = arguments.List(From),
            To = arguments.List(To),
            HotPath = arguments.Has(HotPath),
            Theme = Enum.Parse<GraphTheme>(arguments.Text(Theme)!, ignoreCase: true),
            Paper = Enum.Parse<GraphPaper>(arguments.Text(Paper)!, ignoreCase: true),
            TimeLimit = TimeSpan.FromSeconds(seconds),
            Everything = arguments.Has(Everything),
            SourceUrl = links,
            Filter = recordings.Filter,
            Force = force,
        });
        return ExitCode.Ok;
    }

    /// <summary>Draws a graph and reports what was omitted.</summary>
    public static void Draw(CliHost host, CallGraph graph, string path, GraphOptions options)
    {
        GraphExport drawn;
        using (var progress = new ProgressBar(host))
            drawn = GraphExporter.Export(graph, path, options, progress.ForDrawing(), host.Cancel);
        // A part that the user requested needs no note.
        if (!drawn.NoteIsWarning) return;
        host.Report(drawn.Note + (drawn.IsThinned ? $" {Everything} draws all of it, as does a .dot file." : ""));
    }

    /// <summary>Throws if the extension of a file selects no format.</summary>
    public static void RequireFormat(CliOption option, string path, IReadOnlyList<string> formats)
    {
        if (!formats.Contains(Path.GetExtension(path).ToLowerInvariant())) throw NoFormat(option, path, formats);
    }

    /// <summary>Returns the error of a file whose extension selects no format.</summary>
    public static CliException NoFormat(CliOption option, string path, IReadOnlyList<string> formats)
        => CliException.Usage($"{option}: the extension of '{path}' selects no format. Use one of: {string.Join(' ', formats)}");
}
