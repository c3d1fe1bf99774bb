using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Graphs;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Draws the call graph.</summary>
internal sealed class GraphCommand : Command
{
    private static readonly CliOption Output = new("output", $"The picture; its extension chooses the format: {string.Join(' ', GraphExporter.Formats)}") { Value = "FILE", Short = 'o', IsFile = true };
    private static readonly CliOption Title = new("title", "The heading; without it one made of the recording's name") { Value = "TEXT" };
    private static readonly CliOption Top = new("top", "At most so many functions, the most important ones") { Value = "N" };
    private static readonly CliOption Layout = new("layout", "Which way the calls run") { Value = "WAY", Choices = ["topdown", "leftright"], Default = "topdown" };
    private static readonly CliOption TimeLimit = new("time-limit", "Seconds the picture may take; a graph too large for it is thinned to its most important part") { Value = "SECONDS", Default = "20" };
    private static readonly CliOption Everything = new("everything", "Draw everything, however long it takes");
    private static readonly CliOption SourceUrl = new("source-url", "What functions link to: {release}, {version}, {file} and {line} are filled in; none for no links") { Value = "TEMPLATE", Default = GraphOptions.DefaultSourceUrl };

    private static readonly CliOption ClusterBy = new("cluster-by", "Put functions together by their directory (needs --symbol-map), module, or execution context") { Value = "WHAT", Choices = ["none", "directory", "module", "context"], Default = "none" };
    private static readonly CliOption Highlight = new("highlight", "Mark every path through these functions; the rest fades") { Value = "NAME", IsList = true };
    private static readonly CliOption From = new("from", "Only what these functions lead to; with --to, only the paths between") { Value = "NAME", IsList = true };
    private static readonly CliOption To = new("to", "Only what leads to these functions") { Value = "NAME", IsList = true };
    private static readonly CliOption HotPath = new("hot-path", "Mark the most travelled path");
    private static readonly CliOption Theme = new("theme", "Light or dark") { Value = "THEME", Choices = ["light", "dark"], Default = "light" };
    private static readonly CliOption Paper = new("paper", "Fit on a sheet, with as many functions as can be read on it") { Value = "SHEET", Choices = ["none", "a4", "a3"], Default = "none" };

    /// <inheritdoc/>
    public override string Name => "graph";

    /// <inheritdoc/>
    public override string Summary => "Draw who called whom";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Output, OutputOptions.NoClobber, OutputOptions.Force, Title, ClusterBy, Highlight, From, To, HotPath, Top, Layout, Theme, Paper, TimeLimit, Everything, SourceUrl, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => "Graphviz's dot is needed for .svg, .pdf and .png (apt-get install graphviz). An .html is one page that needs nothing else, to search, filter and look around in.";

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("The network part of a recording", "kernel-magnifier graph trace.dat --source-path net/ --symbol-map symbol-filepath.map -o net.svg"),
        ("All of a recording, to look around in with a browser", "kernel-magnifier graph trace.dat --symbol-map symbol-filepath.map -o net.html"),
        ("What tcp_sendmsg sets off, from left to right", "kernel-magnifier graph trace.dat --root tcp_sendmsg --depth 4 --layout leftright -o send.pdf"),
        ("How a system call comes to send a packet, its most travelled path marked", "kernel-magnifier graph trace.dat --from '__x64_sys_*' --to dev_hard_start_xmit --hot-path -o way.svg"),
        ("A sheet for the wall: functions by directory", "kernel-magnifier graph trace.dat --symbol-map symbol-filepath.map --cluster-by directory --paper a3 -o wall.pdf"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(Output) is not { } path) throw CliException.Usage($"{Output} is missing: where should the picture go?");
        RequireFormat(Output, path, GraphExporter.Formats);
        var top = (int?)arguments.Integer(Top, 1, int.MaxValue);
        var seconds = arguments.Number(TimeLimit, 0.1) ?? 20;
        if (seconds > 1e6) throw CliException.Usage($"{TimeLimit}: for no limit there is {Everything}.");
        var force = !arguments.Has(OutputOptions.NoClobber);
        OutputFile.Check(path, force);
        var recordings = Recordings.Of(arguments, host);
        // A page filters by task too.
        var isPage = Path.GetExtension(path).Equals(".html", StringComparison.OrdinalIgnoreCase);
        var graph = recordings.ReadGraph(CallGrouping.Edge | CallGrouping.Context | (isPage ? CallGrouping.Task : 0));
        if (graph.Edges.Count == 0) throw new CliException(ExitCode.BadInput, "no call passes the filter: there is nothing to draw.");
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
            SourceUrl = arguments.Text(SourceUrl) is "none" or "" ? null : arguments.Text(SourceUrl),
            Filter = recordings.Filter,
            Force = force,
        });
        return ExitCode.Ok;
    }

    /// <summary>Draws a graph and says what was left out.</summary>
    public static void Draw(CliHost host, CallGraph graph, string path, GraphOptions options)
    {
        GraphExport drawn;
        using (var progress = new ProgressBar(host)) drawn = GraphExporter.Export(graph, path, options, progress.ForDrawing(), host.Cancel);
        // A part that the user requested needs no note.
        if (drawn.NoteIsWarning) host.Say(drawn.Note + (drawn.IsThinned ? $" {Everything} draws all of it, as does a .dot file." : ""));
    }

    /// <summary>Refuses a file whose extension says no format, before any work is done.</summary>
    public static void RequireFormat(CliOption option, string path, IReadOnlyList<string> formats)
    {
        if (!formats.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw CliException.Usage($"{option}: '{path}' has none of the extensions that choose a format: {string.Join(' ', formats)}");
    }
}
