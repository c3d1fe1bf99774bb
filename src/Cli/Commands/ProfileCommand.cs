using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Counting;
using KernelMagnifier.Files;
using KernelMagnifier.Rendering.Profiles;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Writes calls as a profile for other tools.</summary>
internal sealed class ProfileCommand : Command
{
    private static readonly CliOption Output = new("output", $"The profile; its extension chooses the format: {string.Join(' ', ProfileFormats.All)}") { Value = "FILE", Short = 'o', IsFile = true };
    private static readonly CliOption Title = new("title", "What it is called; without it the recording's name") { Value = "TEXT" };
    private static readonly CliOption Weight = new("weight", "What stacks weigh; auto is time where the recording has returns") { Value = "WHAT", Choices = ["auto", "time", "calls"], Default = "auto" };

    /// <inheritdoc/>
    public override string Name => "profile";

    /// <inheritdoc/>
    public override string Summary => "Write a profile for speedscope, FlameGraph, Perfetto, pprof and others";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } = [Output, Title, Weight, OutputOptions.NoClobber, OutputOptions.Force, .. Recordings.Options];

    /// <inheritdoc/>
    public override string Description => """
        .speedscope.json    stacks per task, for https://www.speedscope.app
        .folded             folded stacks, for flamegraph.pl
        .pb.gz              for pprof: calls, and time where it is known
        .json               Chrome's trace events, for https://ui.perfetto.dev: each call, in time
        .perfetto-trace     the same as Perfetto's own packets, which is smaller
        .gv .graphml .mmd   the call graph, for Graphviz, yEd, Gephi, Mermaid

        Recordings of the function_graph tracer have durations. From others the stacks are rebuilt per task from who
        called whom, and weigh calls; the profile says so.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string What, string Line)> Examples =>
    [
        ("Stacks for a flame graph; then: flamegraph.pl trace.folded > flame.svg", "kernel-magnifier profile trace.dat -o trace.folded"),
        ("One task in Perfetto", "kernel-magnifier profile trace.dat --comm nginx -o nginx.perfetto-trace"),
        ("Calls and time for pprof; then: go tool pprof -top trace.pb.gz", "kernel-magnifier profile trace.dat -o trace.pb.gz"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(Output) is not { } path) throw CliException.Usage($"{Output} is missing: where should the profile go?");
        if (ProfileFormats.Of(path) is null) throw CliException.Usage($"{Output}: '{path}' has none of the extensions that choose a format: {string.Join(' ', ProfileFormats.All)}");
        var force = !arguments.Has(OutputOptions.NoClobber);
        OutputFile.Check(path, force);
        var recordings = Recordings.Of(arguments, host);
        var written = ProfileFormats.IsGraph(path) ? Graph(recordings, path, arguments.Text(Title), force, host) : Stacks(recordings, path, arguments, force, host);
        if (written.Note is not null) host.Say(written.Note);
        return ExitCode.Ok;
    }

    private static ProfileExport Graph(Recordings recordings, string path, string? title, bool force, CliHost host)
    {
        var graph = recordings.ReadGraph();
        if (graph.Edges.Count == 0) throw Nothing();
        return ProfileFormats.Write(graph, path, title, force, host.Cancel);
    }

    private static ProfileExport Stacks(Recordings recordings, string path, Arguments arguments, bool force, CliHost host)
    {
        var weight = arguments.Text(Weight) switch { "time" => ProfileWeight.Time, "calls" => ProfileWeight.Calls, _ => ProfileWeight.Auto };
        var selection = recordings.ReadSelection();
        using var writer = ProfileWriter.Create(path, arguments.Text(Title), weight, force);
        using (host.UndoOnExit(writer.Dispose))
        {
            foreach (var file in recordings.Files)
            {
                if (selection is null) recordings.Read(file, writer, recordings.Filter);
                else recordings.Read(file, new SelectedCalls(writer, selection), recordings.FilterOfCalls);
            }
            return writer.Calls == 0 ? throw Nothing() : writer.Commit();
        }
    }

    private static CliException Nothing() => new(ExitCode.BadInput, "no call passes the filter: there is nothing to profile.");
}
