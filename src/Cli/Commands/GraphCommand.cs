using KernelMagnifier.Rendering;

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

    /// <inheritdoc/>
    public override string Name => "graph";

    /// <inheritdoc/>
    public override string Summary => "Draw who called whom";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Output, OutputOptions.NoClobber, OutputOptions.Force, Title, Top, Layout, TimeLimit, Everything, SourceUrl, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => "Graphviz's dot is needed for every format but its own text (.dot, .gv): apt-get install graphviz";

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("The network part of a recording", "kernel-magnifier graph trace.dat --source-path net/ --symbol-map symbol-filepath.map -o net.svg"),
        ("What tcp_sendmsg sets off, from left to right", "kernel-magnifier graph trace.dat --root tcp_sendmsg --depth 4 --layout leftright -o send.pdf"),
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
        var graph = recordings.ReadGraph();
        if (graph.Edges.Count == 0) throw new CliException(ExitCode.BadInput, "no call passes the filter: there is nothing to draw.");
        Draw(host, graph, path, new GraphOptions
        {
            Title = arguments.Text(Title),
            Top = top,
            Layout = arguments.Text(Layout) == "leftright" ? GraphLayout.LeftRight : GraphLayout.TopDown,
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
        if (drawn.Note is not null) host.Say(drawn.Note);
    }

    /// <summary>Refuses a file whose extension says no format, before any work is done.</summary>
    public static void RequireFormat(CliOption option, string path, IReadOnlyList<string> formats)
    {
        if (!formats.Contains(Path.GetExtension(path).ToLowerInvariant()))
            throw CliException.Usage($"{option}: '{path}' has none of the extensions that choose a format: {string.Join(' ', formats)}");
    }
}
