using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Baselines;
using KernelMagnifier.Files;

namespace KernelMagnifier.Cli.Commands;

/// <summary>Saves what a comparison needs of recordings.</summary>
internal sealed class BaselineCommand : Command
{
    /// <inheritdoc/>
    public override string Name => "baseline";

    /// <inheritdoc/>
    public override string Summary => "Save what a comparison needs of recordings as a small file, for compare";

    /// <inheritdoc/>
    public override string Operands => Recordings.Operands;

    /// <inheritdoc/>
    public override IReadOnlyList<CliOption> Options { get; } =
        [CompareOptions.Kind, CompareOptions.By, OutputOptions.Output, OutputOptions.NoClobber, OutputOptions.Force, .. Recordings.ReadingOptions];

    /// <inheritdoc/>
    public override string Description => """
        The file has the percentiles, histograms and counts of each recording, as JSON with a row per line.
        A comparison with it gives the same result as one with its recordings.
        """;

    /// <inheritdoc/>
    public override IReadOnlyList<(string Title, string Line)> Examples =>
    [
        ("Keep five recordings of a good state", "kernel-magnifier baseline good*.dat -o good.json"),
        ("Compare with them later", "kernel-magnifier compare good.json -- now*.dat"),
    ];

    /// <inheritdoc/>
    public override int Run(Arguments arguments, CliHost host)
    {
        if (arguments.Text(OutputOptions.Output) is not { } path || path == "-")
            throw CliException.Usage($"name the file to write: {OutputOptions.Output} FILE");
        OutputOptions.Check(arguments);
        var recordings = Recordings.Unfiltered(arguments, host, path);
        if (recordings.Files.FirstOrDefault(BaselineFile.IsBaseline) is { } baseline)
            throw CliException.Usage($"{baseline} is a baseline. Name recordings.");
        var plan = CompareOptions.Sample(arguments);
        var samples = new CliSampling(recordings, host, new ComparisonPlan { Sample = plan }, hasBy: true).Read(recordings.Files);
        using (var file = OutputFile.Create(path, !arguments.Has(OutputOptions.NoClobber), recordings.Inputs, host.Cancel))
        using (host.CleanUpOnSignal(file.Dispose))
        {
            BaselineFile.Write(plan, samples, file);
            file.Commit();
        }
        if (samples.Any(sample => sample.Latencies.Count + sample.Calls.Count > 0)) return ExitCode.Ok;
        host.Warn("the recordings have neither calls nor intervals of these kinds, so there is nothing to compare with");
        return ExitCode.Ok;
    }
}
