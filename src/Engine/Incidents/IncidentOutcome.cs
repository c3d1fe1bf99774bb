using System.Globalization;
using KernelMagnifier.Comparison;
using KernelMagnifier.Model;
using KernelMagnifier.Text;

namespace KernelMagnifier.Incidents;

/// <summary>What became of an assertion in the runs of an incident.</summary>
public sealed record IncidentOutcome
{
    /// <summary>The assertion, such as <c>Wakeup@periodic P90 &lt; 5ms</c>.</summary>
    public required string Claim { get; init; }

    /// <summary>Why it matters; null if nobody has said it. Untrusted text.</summary>
    public string? Because { get; init; }

    /// <summary>
    /// <c>Failed</c> if it failed in at least 2 of 5 runs: the symptom came back. <c>Passed</c> if it passed in more than half
    /// of the runs and failed in none. Else <c>Undecided</c>.
    /// </summary>
    public required string Outcome { get; init; }

    /// <summary>The outcome on the recording of the incident: <c>Failed</c> if it describes the symptom.</summary>
    public string? Original { get; init; }

    /// <summary>In how many runs it passed.</summary>
    public int PassedRuns { get; init; }

    /// <summary>In how many runs it failed.</summary>
    public int FailedRuns { get; init; }

    /// <summary>In how many runs it is undecided, also because they left no recording.</summary>
    public int UndecidedRuns { get; init; }

    /// <summary>What was found in each run that left a recording.</summary>
    public IReadOnlyList<TraceAssertion> Runs { get; init => field = Indexable.Of(value); } = [];

    /// <summary>The number of runs.</summary>
    internal int Count => PassedRuns + FailedRuns + UndecidedRuns;

    /// <summary>The outcome as a sentence.</summary>
    internal string Sentence
    {
        get
        {
            var counts = string.Create(CultureInfo.InvariantCulture,
                $"passed in {PassedRuns}, failed in {FailedRuns} and undecided in {UndecidedRuns} of {Count} runs");
            var found = Runs.FirstOrDefault(run => run.Outcome == Outcome) ?? Runs.FirstOrDefault(run => !run.Passed);
            return $"{Claim}: {Outcome}: {counts}{(Because is null ? "" : $", because {Because}")}."
                + (found is null ? "" : $" {found.Recording}: found {found.Found}. {found.Evidence}");
        }
    }

    /// <inheritdoc/>
    public override string ToString() => TerminalText.Escape(Sentence);
}
