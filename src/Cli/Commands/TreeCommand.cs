using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Trees;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Draws callers or callees of a function as a tree, in text.</summary>
internal sealed class TreeCommand : Command
{
    private static readonly CliOption Callers = new("callers", "Who calls the function, instead of what it calls");
    private static readonly CliOption Depth = new("depth", "How many calls deep") { Value = "N", Default = "4" };
    private static readonly CliOption Top = new("top", "At most so many branches below one function; the others are counted") { Value = "N", Default = "20" };
    private static readonly CliOption MinCount = new("min-count", "Leave out branches of fewer calls, and count them") { Value = "N", Default = "0" };
    private static readonly CliOption Charset = new("charset", "The characters to draw with; auto goes by the locale") { Value = "WHICH", Choices = ["auto", "unicode", "ascii"], Default = "auto" };

    /// <inheritdoc/>
    public override string Name => "tree";

    /// <inheritdoc/>
    public override string Summary => "Show callers or callees of a function as a tree";

    /// <inheritdoc/>
    public override string Operands => "FUNCTION FILE...";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [
        Callers, Depth, Top, MinCount, Charset, OutputOptions.Output, OutputOptions.NoClobber, OutputOptions.Force,
        // Here the tree has a root, a depth and a minimum of its own.
        .. Recordings.Options.Where(o => o.Name is not ("root" or "depth" or "min-count")),
    ];

    /// <inheritdoc/>
    public override string Description => """
        FUNCTION may hold wildcards; each function that matches gets its tree. Below the first level a count is that of
        caller and function together, wherever the caller was called from: a recording tells who called whom, not on
        whose behalf. Each function is unfolded once, where it stands nearest to the root.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("What tcp_sendmsg sets off", "kernel-magnifier tree tcp_sendmsg trace.dat"),
        ("Who takes this lock, three callers up", "kernel-magnifier tree _raw_spin_lock trace.dat --callers --depth 3"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        OutputOptions.Check(arguments);
        if (arguments.Operands.Count == 0) throw CliException.Usage("name a function, and a recording.");
        var pattern = arguments.Operands[0];
        var options = new CallTreeOptions
        {
            Direction = arguments.Has(Callers) ? TreeDirection.Callers : TreeDirection.Callees,
            Depth = (int)(arguments.Integer(Depth, 1, 1000) ?? 4),
            Top = (int)(arguments.Integer(Top, 1, int.MaxValue) ?? 20),
            MinCount = arguments.Integer(MinCount) ?? 0,
            Charset = arguments.Text(Charset) switch { "unicode" => TreeCharset.Unicode, "ascii" => TreeCharset.Ascii, _ => TreeCharset.Auto },
        };
        arguments.Operands.RemoveAt(0);
        var tree = new CallTree(Recordings.Of(arguments, host).ReadGraph(), options);
        var roots = tree.Find(pattern);
        if (roots.Count == 0)
            throw new CliException(ExitCode.BadInput, $"no call of or by {pattern} passes the filter.{(tree.NearestTo(pattern) is { } near ? $" Did you mean {near}?" : "")}");
        OutputOptions.Write(arguments, host, (output, _) =>
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
