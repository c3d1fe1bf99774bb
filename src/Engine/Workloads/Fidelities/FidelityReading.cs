using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Workloads.Histories;

namespace KernelMagnifier.Workloads.Fidelities;

/// <summary>Reads an original and its re-recordings, and compares them.</summary>
/// <param name="plan">What is compared.</param>
/// <param name="claims">What should hold; the symptom is that it does not.</param>
/// <param name="open">Opens a recording.</param>
internal sealed class FidelityReading(FidelityPlan plan, IReadOnlyList<LatencyClaim> claims, RecordingRereader open)
{
    /// <summary>The commands that look closer, of the front end.</summary>
    public required Func<LatencyClaim, string, string> Next { get; init; }

    /// <summary>The command that looks closer if there is no interval.</summary>
    public required Func<string, string> Nothing { get; init; }

    /// <summary>Whether the claims describe a symptom that must come back. If not, they are checked and do not change the
    /// verdict.</summary>
    public bool HasSymptom { get; init; } = true;

    /// <summary>What became of the claims on the original.</summary>
    public IReadOnlyList<TraceAssertion> Original { get; private set; } = [];

    /// <summary>What became of the claims on each run that could be read, in the order of the runs.</summary>
    public IReadOnlyList<FidelityRun> Runs { get; private set; } = [];

    /// <summary>Compares.</summary>
    /// <param name="reference">The original.</param>
    /// <param name="inputs">The runs.</param>
    /// <exception cref="KernelMagnifierException">The original cannot be read or compared.</exception>
    public Fidelity Judge(string reference, IReadOnlyList<FidelityInput> inputs)
    {
        (var original, Original) = Read(reference, namesOf: null);
        Runs = [.. inputs.Select(Run)];
        return FidelityJudge.Judge(plan, original, Runs, HasSymptom ? Original : null);
    }

    private FidelityRun Run(FidelityInput input)
    {
        var run = new FidelityRun { Recording = input.Recording, IsEmulated = input.IsEmulated, Problem = input.Problem };
        if (input.Problem is not null || input.Recording is not { } recording) return run;
        try
        {
            var (histories, symptom) = Read(recording, comm => RerunNames.Patterns(comm, plan.Workload));
            return run with { Histories = histories, Symptom = symptom };
        }
        catch (KernelMagnifierException error)
        {
            return run with { Problem = $"{recording} cannot be read: {error.Cause}" };
        }
    }

    private (TaskHistories Histories, IReadOnlyList<TraceAssertion> Symptom) Read(
        string recording, Func<string, IReadOnlyList<string>>? namesOf)
    {
        TaskHistories? histories = null;
        IReadOnlyList<TraceAssertion> symptom = [];
        var reading = new ClaimReading(claims) { NamesOf = namesOf, Next = Next, Nothing = Nothing };
        open(recording, (reader, cancel) =>
        {
            if (claims.Count > 0) reader.KeepForRereading(cancel);
            histories = HistoryReading.Read(reader, cancel);
            symptom = reading.Check(reader, cancel);
        });
        return (histories!, symptom);
    }
}
