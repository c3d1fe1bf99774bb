using KernelMagnifier.Comparison;
using KernelMagnifier.Comparison.Assertions;
using KernelMagnifier.Lab;
using KernelMagnifier.Workloads;
using KernelMagnifier.Workloads.Fidelities;

namespace KernelMagnifier.Incidents;

/// <summary>Judges runs of an incident's workload: its assertions, and how alike the load is.</summary>
/// <param name="incident">The incident, extracted.</param>
/// <param name="workload">What was run; null for that of the incident.</param>
/// <param name="open">Opens a recording.</param>
internal sealed class IncidentJudge(Incident incident, Workload? workload, RecordingRereader open)
{
    /// <summary>The commands that look closer, of the front end.</summary>
    public required Func<LatencyClaim, string, string> Next { get; init; }

    /// <summary>The command that looks closer if there is no interval.</summary>
    public required Func<string, string> Nothing { get; init; }

    /// <summary>What should hold; those of the incident if not given.</summary>
    public IReadOnlyList<IncidentAssertion> Assertions { get; private init; } = incident.Assertions;

    /// <summary>Whether only the structure of the load is compared.</summary>
    public bool IsStructureOnly { get; init; }

    /// <summary>Whether the CPUs of the incident were emulated.</summary>
    public bool IsEmulated { get; init; }

    /// <summary>The same with other assertions.</summary>
    public IncidentJudge With(IReadOnlyList<IncidentAssertion> assertions) => new(incident, workload, open)
    { Next = Next, Nothing = Nothing, IsStructureOnly = IsStructureOnly, IsEmulated = IsEmulated, Assertions = assertions };

    /// <summary>Judges runs of the lab: a result for each kernel, number of CPUs and parameters.</summary>
    public IReadOnlyList<IncidentResult> Judge(IReadOnlyList<LabRun> runs)
        => [.. runs.GroupBy(run => (run.Kernel, run.Cpus, run.Parameter)).Select(group =>
        {
            LabRun[] all = [.. group];
            return Judge([.. all.Select(LabRunInput.Of)]) with
            {
                Kernel = group.Key.Kernel, Cpus = group.Key.Cpus, Parameter = group.Key.Parameter, Runs = all,
                KernelRelease = all.Select(run => run.KernelRelease).FirstOrDefault(release => release is not null),
            };
        })];

    /// <summary>Judges recordings.</summary>
    public IncidentResult Judge(IReadOnlyList<FidelityInput> inputs)
    {
        // The assertions have their own outcome: a fixed kernel, or a changed priority, must not make the load another one.
        var plan = new FidelityPlan
        {
            Workload = workload ?? incident.Workload, IsStructureOnly = IsStructureOnly, IsEmulated = IsEmulated,
        };
        var reading = new FidelityReading(plan, [.. Assertions.Select(assertion => assertion.Claim)], open)
        { Next = Next, Nothing = Nothing, HasSymptom = false };
        var fidelity = reading.Judge(incident.Recording!, inputs);
        IncidentOutcome[] outcomes = [.. Assertions.Select((assertion, i) => OutcomeOf(assertion, i, reading))];
        return new IncidentResult
        {
            Incident = incident.Path, Title = incident.Title, Assertions = outcomes, Fidelity = fidelity,
            Recordings = fidelity.Recordings,
            Outcome = Array.Exists(outcomes, one => one.Outcome == "Failed") ? "Failed"
                : outcomes.Length > 0 && Array.TrueForAll(outcomes, one => one.Outcome == "Passed") ? "Passed" : "Undecided",
        };
    }

    private static IncidentOutcome OutcomeOf(IncidentAssertion assertion, int index, FidelityReading reading)
    {
        TraceAssertion[] found = [.. reading.Runs.Where(run => index < run.Symptom.Count).Select(run => run.Symptom[index])];
        int passed = found.Count(one => one.Passed), failed = found.Count(one => one.Outcome == "Failed"),
            all = reading.Runs.Count;
        return new IncidentOutcome
        {
            Claim = assertion.Claim.ToString(), Because = assertion.Because, Runs = found, PassedRuns = passed,
            FailedRuns = failed,
            UndecidedRuns = all - passed - failed, Original = reading.Original.ElementAtOrDefault(index)?.Outcome,
            Outcome = all > 0 && failed >= FidelityThresholds.NeededRuns(all) ? "Failed"
                : failed == 0 && passed * 2 > all ? "Passed" : "Undecided",
        };
    }
}
