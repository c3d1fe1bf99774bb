using KernelMagnifier.Cli.CommandLine;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Incidents;
using KernelMagnifier.Text;

namespace KernelMagnifier.Cli.Commands;

/// <summary>The options that the commands for fidelity and incidents share.</summary>
internal static class FidelityOptions
{
    /// <summary>What should hold.</summary>
    public static readonly CliOption Assert = new("assert",
        "What should hold, such as 'Wakeup@periodic P90 < 5ms'; the symptom is that it does not; can be repeated")
    { Value = "CLAIM" };

    /// <summary>What was run.</summary>
    public static readonly CliOption Workload = new("workload",
        "The workload that was run, a file of 'workload'")
    { Value = "FILE", IsFile = true };

    /// <summary>JSON instead of text.</summary>
    public static readonly CliOption Json = new("json", "Print JSON");

    /// <summary>The assertions that were given.</summary>
    public static IReadOnlyList<IncidentAssertion> Assertions(Arguments arguments)
        => [.. arguments.List(Assert).Select(text => new IncidentAssertion(LatencyClaim.Parse(text), null))];

    /// <summary>The command that looks closer at a claim.</summary>
    public static string Next(LatencyClaim claim, string recording)
        => $"kernel-magnifier why {AssertCommand.Quoted(recording)} --kind {claim.Kind} "
            + $"--above {DurationText.Compact(claim.LimitNanoseconds)}";

    /// <summary>The command that looks closer if there is no interval.</summary>
    public static string Nothing(string recording) => $"kernel-magnifier check {AssertCommand.Quoted(recording)}";

    /// <summary>The operands with their wildcards expanded.</summary>
    public static IReadOnlyList<string> Files(IEnumerable<string> operands) => [.. operands.SelectMany(Recordings.Expand)];
}
