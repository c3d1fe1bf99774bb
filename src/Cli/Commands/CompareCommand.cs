using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Rendering.Reports;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Compares recordings before and after a change.</summary>
internal sealed class CompareCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "compare";

    /// <inheritdoc/>
    public override string Summary => "Compare recordings before and after a change: calls and latencies, with a verdict each";

    /// <inheritdoc/>
    public override string Operands => "BEFORE AFTER | BEFORE... -- AFTER...";

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
    [
        .. CompareOptions.All, ComparePictures.Type, .. RowOptions.All, .. OutputOptions.All,
        .. Recordings.ReadingOptions, .. IntervalOptions.All,
    ];

    /// <inheritdoc/>
    public override string Description => $"""
        Each side is one recording, baseline or log of measurements, or several with -- between the sides. Four or more recordings
        a side give a rank test, and so do four runs of a log; fewer give an estimate from blocks of time, which is never significant.
        -o FILE with the extension of a picture or page draws one: the graph of calls or, with --type cdf, the lengths before and
        after; --type report writes the rows as a page. .folded holds the stacks of both sides, for flamegraph.pl.
        Options stand before the operands, because all after -- is a recording.
        What differs besides the numbers (kernel, clock, CPUs, events, losses) is reported, and what it concerns is NotComparable.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("What changed between two recordings", "kernel-magnifier compare before.dat after.dat"),
        ("Wake-ups, five recordings a side, if they change by a tenth",
            "kernel-magnifier compare --kind wakeup --threshold 10% before*.dat -- after*.dat"),
        ("Calls per system call, against a baseline", "kernel-magnifier compare --kind call --per sys_enter base.json now.dat"),
        ("The calls that changed, as a graph", "kernel-magnifier compare --kind call before.dat after.dat -o changed.svg"),
        ("How long woken tasks waited, before and after",
            "kernel-magnifier compare --kind wakeup --type cdf before.dat after.dat -o wakeup.svg"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        var format = OutputOptions.FormatOf(arguments);
        OutputOptions.Check(arguments);
        var picture = ComparePictures.Of(arguments);
        var plan = CompareOptions.Read(arguments);
        var (before, after) = Sides(arguments);
        var recordings = Recordings.Unfiltered(arguments, host, arguments.Text(OutputOptions.Output));
        var sampling = new CliSampling(recordings, host, plan, hasBy: arguments.Has(CompareOptions.By));
        var differences = sampling.Compare(before, after);
        var (table, rows) = DifferenceReports.Table(differences);
        var all = RowOptions.Apply(table, arguments);
        if (picture is null)
            OutputOptions.Write(arguments, host, sampling.Inputs,
                (output, style) => DifferenceReports.Write(table, rows, format, output, style));
        else if (all > 0) picture.Write(host, [.. table.Rows.Select(row => rows[row])], sampling.Inputs);
        foreach (var drift in differences is [var first, ..] ? first.Comparison!.Drift : []) host.Warn(drift);
        foreach (var (property, value) in sampling.Unmatched)
            host.Warn($"{FilterOptions.NameOf(property)} {value} matches nothing in the recordings");
        if (table.Rows.Count < all) host.Report($"{table.Rows.Count} of {all} rows");
        if (all > 0) return ExitCode.Ok;
        host.Report("nothing to compare: the recordings have neither calls nor intervals of these kinds. "
            + "kernel-magnifier info describes them.");
        return RowOptions.FailsIfEmpty(arguments) ? ExitCode.BadInput : ExitCode.Ok;
    }

    private static (IReadOnlyList<string> Before, IReadOnlyList<string> After) Sides(Arguments arguments)
    {
        if (arguments.AfterDashes is { } after)
            return arguments.Operands.Count > 0 && after.Count > 0 ? (arguments.Operands, after)
                : throw CliException.Usage("name recordings before and after the dashes: BEFORE... -- AFTER...");
        return arguments.Operands is [var one, var other] ? ([one], [other])
            : throw CliException.Usage("name two recordings, or several with -- between the sides: BEFORE... -- AFTER...");
    }
}
