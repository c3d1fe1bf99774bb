using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Profiles;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Writes profiles for other tools.</summary>
internal sealed class ProfileCommand : Command
{
    private static readonly CliOption Output = new("output",
        $"The file to write. Its extension selects the format: {string.Join(' ', ProfileFormats.All)}")
    {
        Value = "FILE", Short = 'o', IsFile = true,
    };

    private static readonly CliOption Title = new("title",
        "The title. The default is the name of the recording")
    { Value = "TEXT" };

    private static readonly CliOption Weight = new("weight",
        "The weight of stacks, where auto is time if the recording has durations, else calls")
    {
        Value = "WHAT", Choices = ["auto", "time", "calls"], Default = "auto",
    };

    /// <inheritdoc/>
    public override string Name => "profile";

    /// <inheritdoc/>
    public override string Summary => "Write a profile for speedscope, FlameGraph, Perfetto, pprof and others";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [Output, Title, Weight, OutputOptions.NoClobber, OutputOptions.Force, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        .speedscope.json    stacks by task, for https://www.speedscope.app
        .folded             folded stacks, for flamegraph.pl
        .pb.gz              calls and, if known, time, for pprof
        .json               Chrome trace events with every call, for https://ui.perfetto.dev
        .perfetto-trace     the same as Perfetto packets, which are smaller, with the kernel events: scheduling by
                            CPU and by task, interrupts, softirqs, system calls, wake-ups
        .gv .graphml .mmd   the call graph, for Graphviz, yEd, Gephi, Mermaid

        Recordings of the function_graph tracer have durations. For other recordings, the stacks of each task are
        reconstructed from callers and callees and weighted by calls; the profile contains a note.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Stacks for a flame graph; then: flamegraph.pl trace.folded > flame.svg",
            "kernel-magnifier profile trace.dat -o trace.folded"),
        ("One task in Perfetto", "kernel-magnifier profile trace.dat --comm nginx -o nginx.perfetto-trace"),
        ("Calls and time for pprof; then: go tool pprof -top trace.pb.gz",
            "kernel-magnifier profile trace.dat -o trace.pb.gz"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(Output) is not { } path) throw CliException.Usage($"{Output} {Output.Value} is required.");
        if (ProfileFormats.Of(path) is null) throw GraphCommand.NoFormat(Output, path, ProfileFormats.All);
        var force = !arguments.Has(OutputOptions.NoClobber);
        OutputFile.Check(path, force);
        var recordings = Recordings.Of(arguments, host, path);
        var written = ProfileFormats.IsGraph(path)
            ? WriteGraph(recordings, path, arguments.Text(Title), force, host)
            : WriteStacks(recordings, path, arguments, force, host);
        if (written.Note is not null) host.Report(written.Note);
        return ExitCode.Ok;
    }

    private static ProfileExport WriteGraph(Recordings recordings, string path, string? title, bool force, CliHost host)
    {
        var graph = recordings.ReadGraph();
        if (graph.Edges.Count == 0) throw recordings.Nothing("profile");
        return ProfileFormats.Write(graph, path, title, force, host.Cancel);
    }

    private static ProfileExport WriteStacks(Recordings recordings, string path, Arguments arguments, bool force, CliHost host)
    {
        var weight = arguments.Text(Weight) switch
        {
            "time" => ProfileWeight.Time,
            "calls" => ProfileWeight.Calls,
            _ => ProfileWeight.Auto,
        };
        using var writer = ProfileWriter.Create(
            path, arguments.Text(Title), weight, force, recordings.Inputs, host.Cancel);
        using (host.CleanUpOnSignal(writer.Dispose))
        {
            foreach (var file in recordings.Files)
            {
                if (writer.Events is { } events) recordings.Read(file, events, writer);
                else recordings.Read(file, writer);
            }
            return writer.IsEmpty ? throw recordings.Nothing("profile") : writer.Commit();
        }
    }
}
