using System.Globalization;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>Compares who woke whom.</summary>
/// <param name="original">The original.</param>
/// <param name="runs">The re-recordings, at least one.</param>
internal sealed class EdgeJudge(FidelitySide original, IReadOnlyList<FidelitySide> runs)
{
    private readonly List<FidelityFinding> _findings = [];
    private readonly List<string> _missing = [], _extra = [];

    /// <summary>What was found.</summary>
    public IReadOnlyList<FidelityFinding> Findings => _findings;

    /// <summary>The share of the wake-ups between tasks whose edges are in the re-recordings; null if there are none.</summary>
    public double? Coverage { get; private set; }

    /// <summary>The edges that are missing.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>The edges that the original does not have.</summary>
    public IReadOnlyList<string> Extra => _extra;

    /// <summary>Compares them.</summary>
    public void Judge()
    {
        var wakeups = original.Wakeups;
        if (wakeups > 0) MissingEdges(wakeups);
        ExtraEdges();
    }

    private void MissingEdges(long wakeups)
    {
        var covered = 0L;
        foreach (var (edge, count) in original.Edges.OrderByDescending(edge => edge.Value).ThenBy(edge => edge.Key))
        {
            if (Median(run => run.EdgeShare(edge)) >= FidelityThresholds.EdgePresence * original.EdgeShare(edge))
            {
                covered += count;
                continue;
            }
            _missing.Add(Name(edge));
            if (count > FidelityThresholds.NeededEdge * wakeups && wakeups >= FidelityThresholds.LeastCount)
                _findings.Add(new FidelityFinding(FidelityVerdict.NotReproduced, string.Create(CultureInfo.InvariantCulture,
                    $"{edge.Waker} does not wake {edge.Wakee} as in the original: {100.0 * count / wakeups:0.#} % of the "
                    + $"wake-ups between tasks are missing.")));
        }
        Coverage = (double)covered / wakeups;
        if (Coverage < FidelityThresholds.EdgeCoverage && _findings.Count == 0)
            _findings.Add(new FidelityFinding(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
                $"The edges of {100 * Coverage:0.#} % of the wake-ups between tasks are there; "
                + $"missing are {Listed(_missing)}.")));
    }

    private void ExtraEdges()
    {
        var found = runs.SelectMany(run => run.Edges.Keys).Distinct().Where(edge => !original.Edges.ContainsKey(edge)).Order();
        foreach (var edge in found)
        {
            var share = Median(run => run.Wakeups > 0 ? (double)run.Count(edge) / run.Wakeups : 0);
            if (share <= FidelityThresholds.NeededEdge || runs.Max(run => run.Wakeups) < FidelityThresholds.LeastCount) continue;
            _extra.Add(Name(edge));
            _findings.Add(new FidelityFinding(FidelityVerdict.Partial, string.Create(CultureInfo.InvariantCulture,
                $"{edge.Waker} wakes {edge.Wakee}, which it does not in the original: "
                + $"{share * 100:0.#} % of the wake-ups between tasks.")));
        }
    }

    private double Median(Func<FidelitySide, double> number)
    {
        double[] values = [.. runs.Select(number).Order()];
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    private static string Name((string Waker, string Wakee) edge) => $"{edge.Waker} → {edge.Wakee}";

    private static string Listed(List<string> edges)
        => edges.Count <= 3 ? string.Join(", ", edges) : $"{string.Join(", ", edges.Take(3))} and {edges.Count - 3} more";
}
