using System.Text;
using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Latency.Paths;
using KernelMagnifier.Rendering.Profiles;
using KernelMagnifier.Rendering.Reports;
using KernelMagnifier.Rendering.Trees;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Shows what a task waited for, through the tasks and interrupts that woke it.</summary>
internal sealed class PathCommand : Command
{
    private static readonly CliOption Pid = new("pid", "The pid of the task") { Value = "N" };
    private static readonly CliOption Comm = new("comm", "The name of the task, which can contain * and ?") { Value = "NAME" };

    private static readonly CliOption Since = new("since",
        "The begin, in seconds, or in counts if the recording's clock counts. The default is that of the recording")
    { Value = "TIME" };

    private static readonly CliOption Until = new("until", "The end. The default is that of the recording") { Value = "TIME" };

    /// <inheritdoc/>
    public override string Name => "path";

    /// <inheritdoc/>
    public override string Summary => "Show the critical path of a task: what it waited for, and what that waited for";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Pid, Comm, Since, Until, .. RowOptions.All, .. OutputOptions.All, .. Recordings.ReadingOptions];

    /// <inheritdoc/>
    public override string Description => """
        The path begins at the end of the time range and goes back through the wakers: while the task slept, through
        what woke it. The segments cover the time range without gap or overlap. A waker is indented above the task
        that it woke. With -o FILE.perfetto-trace, the path is a track beside the events of the recording.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What a task waited for in a time range", "kernel-magnifier path slow.dat --pid 4711 --since 12.100 --until 12.180"),
        ("The longest segments", "kernel-magnifier path slow.dat --comm nginx --sort durationNanoseconds --top 10"),
        ("In Perfetto", "kernel-magnifier path slow.dat --pid 4711 --since 12.100 --until 12.180 -o path.perfetto-trace"),
        ("As JSON", "kernel-magnifier path slow.dat --pid 4711 --since 12.100 --until 12.180 --json"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var request = RequestOf(arguments);
        var recordings = Recordings.Unfiltered(arguments, host, arguments.Text(OutputOptions.Output));
        var path = recordings.Files.SelectMany(file => recordings.Reread(file, reader => request.Read(reader, host.Cancel))).ToList();
        if (arguments.Text(OutputOptions.Output) is { } file && ProfileFormats.Of(file) == ProfileFormats.Perfetto)
        {
            var export = PathProfile.Write(file, path, null, !arguments.Has(OutputOptions.NoClobber), cancel: host.Cancel);
            if (export.Note is { } note) host.Report(note);
            return ExitCode.Ok;
        }
        var (table, rows) = PathReports.Table(path);
        var all = RowOptions.Apply(table, arguments);
        OutputOptions.Write(arguments, host, recordings.Inputs, (output, style) =>
        {
            if (format != ReportFormat.Table) ReportWriter.Write(table, format, output, style);
            else Draw([.. table.Rows.Select(row => rows[row])], host, output);
        });
        if (table.Rows.Count < all) host.Report($"{table.Rows.Count} of {all} rows");
        return ExitCode.Ok;
    }

    private static void Draw(IReadOnlyList<PathSegment> path, CliHost host, Stream output)
    {
        var tree = new PathTree(PathTree.IsUnicode(TreeCharset.Auto), host.OutputIsTerminal ? host.Width : 0);
        foreach (var line in tree.Lines(path)) output.Write(Encoding.UTF8.GetBytes(line + "\n"));
    }

    private static PathRequest RequestOf(Arguments arguments)
    {
        var (pid, comm) = ((int?)arguments.Integer(Pid, 1, int.MaxValue), arguments.Text(Comm));
        if (pid is null == string.IsNullOrEmpty(comm))
            throw CliException.Usage($"name one task: {Pid} {Pid.Value} or {Comm} {Comm.Value}.");
        var request = new PathRequest(pid, comm, arguments.Number(Since), arguments.Number(Until));
        return request.Since >= request.Until ? throw CliException.Usage($"{Since} is not before {Until}.") : request;
    }
}
