using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Trees;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Prints the callers or callees of functions as trees.</summary>
internal sealed class TreeCommand : Command
{
    private static readonly CliOption Callers = new("callers", "Show the callers of the function instead of its callees");
    private static readonly CliOption Depth = new("depth", "The depth of the tree, in calls") { Value = "N", Default = "4" };

    private static readonly CliOption Top = new("top",
        "Show at most N branches below a function, and the number of the others")
    { Value = "N", Default = "20" };

    private static readonly CliOption MinCount = new("min-count",
        "Omit branches with fewer calls, and show their number")
    { Value = "N", Default = "0" };

    private static readonly CliOption Charset = new("charset", "The characters to draw with, where auto depends on the locale")
    {
        Value = "CHARSET", Choices = ["auto", "unicode", "ascii"], Default = "auto",
    };

    /// <inheritdoc/>
    public override string Name => "tree";

    /// <inheritdoc/>
    public override string Summary => "Show the callers or callees of a function as a tree";

    /// <inheritdoc/>
    public override string Operands => "FUNCTION FILE...";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        Callers, Depth, Top, MinCount, Charset, OutputOptions.Output, OutputOptions.NoClobber, OutputOptions.Force,
        // The tree has its own root, depth and minimum count.
        .. Recordings.Options.Where(o => o.Name is not ("root" or "depth" or "min-count")),
    ];

    /// <inheritdoc/>
    public override string Description => """
        FUNCTION can contain wildcards; each matching function has its own tree. If the recording has returns
        (function_graph), each function appears wherever it was called, with the calls of that place. Otherwise the
        heading says "by caller links": below the first level, a count is the number of all calls between caller and
        function, not only of those on the path from the root, and each function is expanded once, where it is closest
        to the root.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("The functions that tcp_sendmsg calls", "kernel-magnifier tree tcp_sendmsg trace.dat"),
        ("The callers of a lock function, three levels up", "kernel-magnifier tree _raw_spin_lock trace.dat --callers --depth 3"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        OutputOptions.Check(arguments);
        if (arguments.Operands.Count == 0) throw CliException.Usage("name a function and a recording.");
        var pattern = arguments.Operands[0];
        var options = new CallTreeOptions
        {
            Direction = arguments.Has(Callers) ? TreeDirection.Callers : TreeDirection.Callees,
            Depth = (int)(arguments.Integer(Depth, 1, 1000) ?? 4),
            Top = (int)(arguments.Integer(Top, 1, int.MaxValue) ?? 20),
            MinCount = arguments.Integer(MinCount) ?? 0,
            Charset = arguments.Text(Charset) switch
            {
                "unicode" => TreeCharset.Unicode,
                "ascii" => TreeCharset.Ascii,
                _ => TreeCharset.Auto,
            },
        };
        arguments.Operands.RemoveAt(0);
        var recordings = Recordings.Of(arguments, host, arguments.Text(OutputOptions.Output));
        var graph = recordings.ReadGraph(byStack: true);
        if (graph.Edges.Count == 0) throw recordings.Nothing("show");
        var tree = new CallTree(graph, options);
        var roots = tree.Find(pattern);
        if (roots.Count == 0)
        {
            var hint = tree.NearestTo(pattern) is { } near ? $" Did you mean {near}?"
                : " kernel-magnifier calls lists the functions.";
            throw new CliException(ExitCode.BadInput, $"no call of or by {pattern} passes the filter.{hint}");
        }
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, _) =>
        {
            using var text = new StreamWriter(output, new UTF8Encoding(false), 1 << 16, leaveOpen: true) { NewLine = "\n" };
            foreach (var root in roots)
            {
                if (!ReferenceEquals(root, roots[0])) text.WriteLine();
                foreach (var line in tree.Lines(root)) text.WriteLine(line);
            }
        });
        return ExitCode.Ok;
    }
}
