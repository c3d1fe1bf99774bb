using KernelMagnifier.Comparison.Sampling;
using KernelMagnifier.Latency;
using KernelMagnifier.Traces.Reading;

namespace KernelMagnifier.Comparison.Assertions;

/// <summary>Checks claims on recordings. All claims on a recording are checked in one reading.</summary>
/// <param name="claims">What should hold.</param>
internal sealed class ClaimReading(IReadOnlyList<LatencyClaim> claims)
{
    /// <summary>The names that tasks of a claim's name have in the recording; null for the same.</summary>
    public Func<string, IReadOnlyList<string>>? NamesOf { get; init; }

    /// <summary>The command that looks closer at a claim of a recording.</summary>
    public required Func<LatencyClaim, string, string> Next { get; init; }

    /// <summary>The command that looks closer if there is no interval.</summary>
    public required Func<string, string> Nothing { get; init; }

    /// <summary>Checks a recording.</summary>
    /// <param name="reader">The recording, which is read once.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <returns>An assertion for each claim, in their order.</returns>
    public IReadOnlyList<TraceAssertion> Check(TraceReader reader, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(reader);
        if (claims.Count == 0) return [];
        LatencyCollector[] collectors = [.. claims.Select(claim => new LatencyCollector(PlanOf(claim)))];
        LatencyTally[] tallies = Array.ConvertAll(collectors, collector => new LatencyTally(collector));
        reader.ReadOnce(new IntervalBuilder(new IntervalTee(tallies)), null, null, cancel);
        for (var i = 0; i < tallies.Length; i++) collectors[i].Add(tallies[i]);
        return [.. claims.Zip(collectors, (claim, collector) => Check(claim, collector, reader.Source.Path))];
    }

    private LatencyPlan PlanOf(LatencyClaim claim) => new()
    {
        Kinds = [claim.IntervalKind], Worst = 0,
        Filter = new LatencyFilter { Comm = claim.Comm is null ? [] : NamesOf?.Invoke(claim.Comm) ?? [claim.Comm] },
    };

    private TraceAssertion Check(LatencyClaim claim, LatencyCollector collector, string recording)
    {
        var asserter = new LatencyAsserter(claim.Bound, _ => Next(claim, recording), Nothing(recording));
        var found = collector.Latencies() is [var latency, ..] ? asserter.Check(latency)
            : asserter.Nothing(collector.Warnings().FirstOrDefault() ?? collector.NoInterval ?? "there is no interval", recording);
        return new TraceAssertion
        {
            Subject = claim.Subject, Recording = recording, Expected = found.Expected, Found = found.Found,
            Outcome = found.Outcome, Evidence = found.Evidence, NextCommand = found.NextCommand,
        };
    }
}
